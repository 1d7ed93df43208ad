import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './find-program.ts';

const command = fileURLToPath(new URL('../../bin/pix2pix.js', import.meta.url));

/** A program that starts processes which find each other by MPI. */
export interface Launcher {
  readonly name: string;
  /** What makes it available. */
  readonly install: string;
  /** null: it is not there. */
  readonly program: string | null;
  readonly flags: readonly string[];
}

/** More processes than cores; as root, which CI is. */
const anyProcesses = ['--oversubscribe', '--bind-to', 'none', '--allow-run-as-root'];

export const launchers: readonly Launcher[] = [
  { name: 'MPICH', install: 'apt-get install mpich', program: findProgram('mpirun.mpich'), flags: [] },
  {
    name: 'Open MPI',
    install: 'apt-get install openmpi-bin',
    program: findProgram('mpirun.openmpi'),
    flags: anyProcesses,
  },
];

/** How a job ended, and what it wrote. */
export interface EndedJob {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly time: number;
}

/** Starts a program of Node in several processes. */
export function startJob(
  { program, flags }: Launcher,
  processes: number,
  args: readonly string[],
  folder?: string,
) {
  const started = performance.now();
  const words = [...flags, '-n', `${processes}`, process.execPath, ...args];
  const child = spawn(program!, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', text => {
      written[name] += text;
    });
  }
  const ended = once(child, 'close').then(
    ([status]): EndedJob => ({ status, ...written, time: performance.now() - started }),
  );
  return { child, ended };
}

/** `pix2pix train`, in several processes. */
export function startTogether(launcher: Launcher, processes: number, args: readonly string[]) {
  return startJob(launcher, processes, [command, 'train', ...args]);
}

export function trainTogether(
  launcher: Launcher,
  processes: number,
  args: readonly string[],
): Promise<EndedJob> {
  return startTogether(launcher, processes, args).ended;
}

/** The processes of a rank that have `word` on their command line or below one that has, by their ids. */
export function processesOf(rank: number, word: string): number[] {
  const started = processes().filter(
    ({ text, environment }) =>
      text.includes(word) &&
      (environment.includes(`PMI_RANK=${rank}`) || environment.includes(`OMPI_COMM_WORLD_RANK=${rank}`)),
  );
  return started.map(({ id }) => id);
}

function processes() {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const [text, environment] = ['cmdline', 'environ'].map(file =>
          readFileSync(join('/proc', name, file), 'latin1'),
        ) as [string, string];
        return [{ id: Number(name), text, environment: environment.split('\0') }];
      } catch {
        return []; // it has ended, or belongs to another user
      }
    });
}
