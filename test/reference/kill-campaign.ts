import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, type FSWatcher, mkdirSync, readFileSync, watch } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Random } from '../../src/core/random.ts';
import { checkpointsFolder, listCheckpoints, readTrainingState } from '../../src/runs/checkpoint/read.ts';
import { isRunFolder } from '../../src/runs/run-folder.ts';

const launcher = fileURLToPath(new URL('../../bin/pix2pix.js', import.meta.url));

export const isBuilt = existsSync(new URL('../../dist/cli/main.js', import.meta.url));

/** A training of a few seconds that saves after every step, five steps an epoch. */
export const smallTraining = (data: string, epochs: number): string[] => [
  ...[data, '--preset', 'paper', '--size', '32', '--filters', '2', '--discriminator-layers', '1'],
  ...['--epochs', `${epochs}`, '--save-steps', '1', '--json'],
];

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** The command in a process group of its own; `limit` is the largest file it may write, in KiB. */
export function startCommand(args: readonly string[], limit?: number, env: NodeJS.ProcessEnv = {}) {
  const [command, ...rest] =
    limit === undefined
      ? [process.execPath, launcher, ...args]
      : ['bash', '-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath, launcher, ...args];
  const child = spawn(command!, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.on('data', text => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([status, signal]): Ended => ({ status, signal, stderr }));
  return { child, ended };
}

/** Runs the command to its end. */
export function runCommand(args: readonly string[], limit?: number): Promise<Ended> {
  const { child, ended } = startCommand(args, limit);
  child.stdout!.resume();
  return ended;
}

/** What starts the run, or goes on with it where there is one. */
export async function nextCommand(runFolder: string, training: readonly string[]): Promise<string[]> {
  return (await isRunFolder(runFolder))
    ? ['train', '--resume', runFolder, '--json']
    : ['train', ...training, '--out', runFolder];
}

/** Throws where a checkpoint of the run is not whole. */
export async function assertReadable(runFolder: string): Promise<void> {
  for (const { path } of await listCheckpoints(runFolder)) await readTrainingState(path);
}

type Kill = (child: ChildProcess, runFolder: string, random: Random) => Promise<void>;

/** Moments to kill a training at: while it starts, between steps, and in the middle of saving. */
export const moments: readonly Kill[] = [
  (child, _, random) =>
    within(child, Promise.race([sleep(1500 * random.uniform()), once(child.stdout!, 'data')])),
  async (child, _, random) => {
    for (let steps = random.integer(3); steps >= 0; steps--) await within(child, once(child.stdout!, 'data'));
    await within(child, sleep(30 * random.uniform()));
  },
  async (child, runFolder, random) => {
    await within(child, saving(runFolder));
    await within(child, sleep(8 * random.uniform()));
  },
];

function within(child: ChildProcess, moment: Promise<unknown>): Promise<void> {
  return Promise.race([moment, once(child, 'exit')]).then(() => {});
}

/** Comes back when a checkpoint is being written. */
async function saving(runFolder: string): Promise<void> {
  const folder = checkpointsFolder(runFolder);
  while (!existsSync(folder)) await sleep(20);
  let watcher: FSWatcher | undefined;
  await new Promise<void>(resolve => {
    watcher = watch(folder, (_, name) => name?.startsWith('.writing') && resolve());
  });
  watcher?.close();
}

/**
 * Starts a run, or goes on with it, and kills it at a random moment: both its processes, or the one that trains, or
 * the one that started it. Returns whether it was killed before its end.
 */
export async function liveAndDie(
  runFolder: string,
  training: readonly string[],
  random: Random,
  moment: Kill = moments[random.integer(moments.length)]!,
): Promise<boolean> {
  const { child, ended } = startCommand(await nextCommand(runFolder, training));
  child.stdout!.on('data', () => {});
  await moment(child, runFolder, random);
  if (random.uniform() < 0.5) kill(-child.pid!);
  else kill(random.uniform() < 0.5 ? child.pid! : trainerOf(child.pid!));
  const { status, stderr } = await ended;
  // If the process that trains was killed, the other one says so.
  const saysKilled = stderr.startsWith('Cannot continue training: the system killed the training process');
  if (status === 2 && !saysKilled) throw new Error(`Refused: ${stderr}`);
  return status !== 0;
}

/** The process that the command started to train in; the command itself if it has not yet, or if that is unknown. */
function trainerOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || pid;
  } catch {
    return pid;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A disk of 16 MB at `path`, or undefined if this user can't mount one. */
export function mountSmallDisk(path: string): { path: string; unmount(): void } | undefined {
  try {
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { path, unmount: () => execFileSync('umount', [path]) };
}

/** Fills a disk but for about `left` bytes. Returns a function that frees them again. */
export async function fillDisk(path: string, left: number): Promise<() => Promise<void>> {
  const filler = join(path, 'filler');
  const { bavail, bsize } = await statfs(path);
  await writeFile(filler, new Uint8Array(Math.max(bavail * bsize - left, 0)));
  return () => rm(filler);
}
