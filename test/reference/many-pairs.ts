import { spawn } from 'node:child_process';
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { tarPieces } from '../../src/files/tar.ts';
import { writeAtomically } from '../../src/files/write.ts';
import { savePicture, testPicture } from '../data-fixtures.ts';

const command = join(import.meta.dirname, '../../bin/pix2pix.js');

/** Layouts of large data sets. */
export const layouts = ['side by side', 'two folders', 'a list', 'tar shards'] as const;

/** Gives `use` a data set of `count` pairs of a few different pictures (as files: hard links), which is gone afterwards. */
export async function withManyPairs<Result>(
  layout: (typeof layouts)[number],
  count: number,
  use: (data: string) => Promise<Result>,
): Promise<Result> {
  const data = await mkdtemp(join(tmpdir(), 'pix2pix-many-'));
  try {
    if (layout === 'tar shards') {
      await fillShards(join(data, 'train'), count);
      return await use(data);
    }
    const folders = layout === 'side by side' ? ['train'] : ['trainA', 'trainB'];
    for (const folder of folders) await fill(join(data, folder), count, folders.length === 1 ? 64 : 32);
    if (layout === 'a list') await writeFile(join(data, 'pairs.csv'), listOf(count));
    return await use(data);
  } finally {
    await rm(data, { recursive: true });
  }
}

// A file takes no more than 65,000 links on ext4.
const linksToAFile = 10_000;

async function fill(folder: string, count: number, width: number): Promise<void> {
  await mkdir(folder);
  let original = '';
  for (let i = 0; i < count; i++) {
    const path = join(folder, `${i}.png`);
    if (i % linksToAFile === 0) original = await savePicture(path, testPicture(width, 32, i));
    else await link(original, path);
  }
}

const pairsInAShard = 1000;

async function fillShards(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  const picture = await readFile(
    await savePicture(join(folder, '..', 'picture', '0.png'), testPicture(64, 32)),
  );
  for (let first = 0; first < count; first += pairsInAShard) {
    const members = Array.from({ length: Math.min(pairsInAShard, count - first) }, (_, i) => ({
      name: `${first + i}.png`,
      read: async () => picture,
    }));
    await writeAtomically(join(folder, `${first}.tar`), tarPieces(members), { sync: false });
  }
}

function listOf(count: number): string {
  const rows = Array.from({ length: count }, (_, i) => `trainA/${i}.png,trainB/${i}.png`);
  return ['condition,target', ...rows].join('\n');
}

/** Seconds from starting the command to the end of the first training step of a small model. */
export async function secondsToFirstStep(data: string, run = join(data, 'run')): Promise<number> {
  const flags = ['--preset', 'lite', '--filters', '4', '--size', '32', '--steps', '1', '--device', 'cpu'];
  const started = performance.now();
  const args = [command, 'train', data, ...flags, '--out', run, '--json'];
  const training = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise(resolve => training.once('close', resolve));
  let seconds = Number.NaN;
  for await (const line of createInterface(training.stdout)) {
    if (JSON.parse(line).type === 'step') seconds = (performance.now() - started) / 1000;
  }
  await ended;
  return seconds;
}
