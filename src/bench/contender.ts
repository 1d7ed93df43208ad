import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { DeviceName } from '../runtime/device.ts';

/** What is timed: a whole training step, one pass of the generator in inference mode, a 2048³ matrix product. */
export const tasks = ['step', 'generate', 'gemm'] as const;
export type Task = (typeof tasks)[number];

/** The presets that every contender has. */
export const benchPresets = ['article', 'paper', 'lite'] as const;

/** The network and machine share that every contender measures. */
export interface Workload {
  readonly preset: (typeof benchPresets)[number];
  readonly size: number;
  readonly filters: number;
  readonly levels: number;
  readonly batch: number;
  readonly threads: number;
  /** This project's device. */
  readonly device: DeviceName;
  /** This project's forms of convolutions on the CPU. */
  readonly forms: (typeof formChoices)[number];
}

export const formChoices = ['measured', 'shipped'] as const;

/** A program to measure, in a separate process, which runs a task once on request. */
export interface Contender {
  readonly name: string;
  readonly version: string;
  /** Runs a task once and returns its milliseconds. */
  run(task: Task): Promise<number>;
  /** Peak resident memory so far, in bytes; null if the system does not report it. */
  peakMemory(): Promise<number | null>;
  stop(): void;
}

/** How to start a contender, and how to install it. */
export interface Entry {
  readonly name: string;
  readonly tasks: readonly Task[];
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** The command that installs it. */
  readonly install: string;
}

export function workloadArguments(workload: Partial<Workload>): string[] {
  return Object.entries(workload).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}

/** Starts a contender and waits until it is ready; returns a reason if it can't take part. */
export async function start(entry: Entry): Promise<Contender | string> {
  const child = spawn(entry.command, entry.arguments, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: entry.environment,
  });
  const lines = answersOf(child);
  const first = await lines.next();
  if (first === null) return `not found; enable it with: ${entry.install}`;
  if (first.ready !== true) return `${String(first.reason)}; enable it with: ${entry.install}`;
  return {
    name: entry.name,
    version: String(first.version),
    run: async task => {
      child.stdin!.write(`${task}\n`);
      const answer = await lines.next();
      if (typeof answer?.ms !== 'number') throw new Error(`"${entry.name}" ended while running "${task}"`);
      return answer.ms;
    },
    peakMemory: () => peakMemoryOf(child.pid!),
    stop: () => child.kill(),
  };
}

type Answer = Readonly<Record<string, unknown>>;

/** Reads a child's lines of JSON, one at a time; null once it has ended. */
function answersOf(child: ChildProcess): { next(): Promise<Answer | null> } {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const missing = new Promise<null>(resolve => child.once('error', () => resolve(null)));
  return {
    next: async () => {
      const line = await Promise.race([lines.next(), missing]);
      return line === null || line.done ? null : (JSON.parse(line.value) as Answer);
    },
  };
}

async function peakMemoryOf(pid: number): Promise<number | null> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
