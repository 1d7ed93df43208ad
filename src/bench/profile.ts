import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from './contender.ts';

/** Milliseconds of a training step that a layer takes in one pass and direction, split by kind of node. */
export interface ProfileRow {
  /** generate, discriminate or fool: the compiled graphs of a step, in their order. */
  readonly pass: string;
  readonly layer: string;
  readonly direction: 'forward' | 'backward';
  /** In matrix products, and in everything else. */
  readonly products: number;
  readonly other: number;
}

const passes = ['generate', 'discriminate', 'fool'] as const;

/** Runs this project's step under ONNX Runtime's profiler and sums up its nodes by layer. */
export async function profileStep(ours: Entry, steps: number): Promise<ProfileRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-profile-'));
  try {
    const command = [...ours.arguments, '--profile', join(folder, 'profile')];
    const child = spawn(ours.command, command, {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: ours.environment,
    });
    child.stdin.end('step\n'.repeat(steps));
    await once(child, 'exit');
    // Named by the time of their making, hence in the order of the passes.
    const files = (await readdir(folder)).sort();
    const rows = await Promise.all(
      files.map(async (file, i) =>
        rowsOf(passes[i]!, JSON.parse(await readFile(join(folder, file), 'utf8'))),
      ),
    );
    return rows.flat();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** An entry of ONNX Runtime's profile; durations in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

function rowsOf(pass: string, events: readonly ProfileEvent[]): ProfileRow[] {
  const runs = new Map<string, { op: string; durations: number[] }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = runs.get(name) ?? { op: args?.op_name ?? '', durations: [] };
    node.durations.push(dur);
    runs.set(name, node);
  }
  const rows = new Map<string, { -readonly [Key in keyof ProfileRow]: ProfileRow[Key] }>();
  for (const [name, { op, durations }] of runs) {
    const [network = '', part = ''] = name.split('/');
    const layer = part.includes('_') ? network : `${network}/${part}`;
    const direction = name.includes('/grad/') ? 'backward' : 'forward';
    const key = `${layer} ${direction}`;
    const row = rows.get(key) ?? { pass, layer, direction, products: 0, other: 0 };
    row[op === 'Gemm' ? 'products' : 'other'] += median(durations) / 1000;
    rows.set(key, row);
  }
  return [...rows.values()];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** The profile as a table, the largest share first; the discriminator's pass runs twice a step. */
export function profileLines(rows: readonly ProfileRow[]): string[] {
  const times = (row: ProfileRow) => (row.pass === 'discriminate' ? 2 : 1);
  const total = rows.reduce((sum, row) => sum + times(row) * (row.products + row.other), 0);
  const shareOf = (row: ProfileRow) => (100 * times(row) * (row.products + row.other)) / total;
  const lines = rows
    .toSorted((a, b) => shareOf(b) - shareOf(a))
    .map(row => {
      const share = shareOf(row);
      const columns = [row.products, row.other].map(value => value.toFixed(1).padStart(10));
      return `${row.pass.padEnd(14)}${row.layer.padEnd(12)}${row.direction.padEnd(10)}${columns.join('')}${share.toFixed(1).padStart(8)} %`;
    });
  return [
    `${'Pass'.padEnd(14)}${'Layer'.padEnd(12)}${''.padEnd(10)}  products     other   of step`,
    ...lines,
    `Nodes of a step: ${total.toFixed(0)} ms, without the optimiser's`,
  ];
}
