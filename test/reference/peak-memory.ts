import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeRows } from '../../src/images/encoding/encode.ts';

const launcher = fileURLToPath(new URL('../../bin/pix2pix.js', import.meta.url));

/** In the command's process, so that the children of others don't count. */
const report = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;

/** Runs the built command; the most memory that its process ever held, in MB. Throws where it fails. */
export async function peakMemoryOf(...args: string[]): Promise<number> {
  const hook = `data:text/javascript,${encodeURIComponent(report)}`;
  const child = spawn(process.execPath, ['--import', hook, launcher, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  child.stderr.on('data', text => {
    said += text;
  });
  child.stdout.resume();
  const [status] = await once(child, 'close');
  const peak = /peak (\d+)$/.exec(said)?.[1];
  if (status !== 0 || !peak) throw new Error(`Status ${status}: ${said}`);
  return Number(peak) / 1024;
}

/** Writes a large picture of many colours by the strip. */
export async function writeLargePicture(path: string, width: number, height: number): Promise<void> {
  const scratch = await mkdtemp(join(dirname(path), 'scratch-'));
  await writeRows(path, height, stripsOf(width, height), scratch);
  await rm(scratch, { recursive: true });
}

async function* stripsOf(width: number, height: number) {
  for (let top = 0; top < height; top += 100) {
    const rows = Math.min(100, height - top);
    const data = new Uint8Array(width * rows * 3);
    for (let i = 0; i < data.length; i++) data[i] = (i >> 6) ^ (top + (i >> 13));
    yield { width, height: rows, channels: 3, data };
  }
}
