import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Entry } from './contender.ts';
import { type LayerTime, layerTimes, type OpTime, opTimes, type ProfileEvent } from './profile-times.ts';

/** Profiles a training step: by layer on the CPU, by op on a GPU. */
export async function profileLayers(ours: Entry, steps: number): Promise<LayerTime[]> {
  const passes = ['generate', 'discriminate', 'fool'] as const;
  return (await profileStep(ours, steps)).flatMap((events, i) => layerTimes(passes[i]!, events));
}

/** Like {@link profileLayers}, from the GPU's own timestamps. Throws UserError if it has none. */
export async function profileOps(ours: Entry, steps: number): Promise<OpTime[]> {
  const times = opTimes((await profileStep(ours, steps)).flat(), steps);
  if (times.length > 0) return times;
  throw new UserError(
    'Cannot profile: this adapter does not support timestamps (timestamp-query); leave out --profile',
  );
}

/**
 * Runs this project's step with ONNX Runtime's profiler; returns the events of each compiled graph, in the graphs'
 * order.
 */
async function profileStep(ours: Entry, steps: number): Promise<ProfileEvent[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-profile-'));
  try {
    const command = [...ours.arguments, '--profile', join(folder, 'profile')];
    const child = spawn(ours.command, command, {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: ours.environment,
    });
    child.stdin.end('step\n'.repeat(steps));
    await once(child, 'exit');
    // Files are named by creation time, hence in the order of the passes.
    const files = (await readdir(folder)).sort();
    return await Promise.all(
      files.map(async file => JSON.parse(await readFile(join(folder, file), 'utf8')) as ProfileEvent[]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
