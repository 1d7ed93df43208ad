import { probeHere } from './choose-device.ts';

// A process that tries one device, prints what came of it, and ends.
process.stdout.write(JSON.stringify(await probeHere(process.argv[2] === 'cuda' ? 'cuda' : 'webgpu')));
