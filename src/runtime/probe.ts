import { probeHere } from './choose-device.ts';

// A process that probes one device, prints the result, and ends.
process.stdout.write(JSON.stringify(await probeHere(process.argv[2] === 'cuda' ? 'cuda' : 'webgpu')));
