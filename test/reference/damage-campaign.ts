import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Random } from '../../src/core/random.ts';
import type { ImportedModel } from '../../src/import/read-model.ts';
import { damaged } from './damage.ts';

/** What became of a damaged file. */
export interface Outcome {
  readonly name: string;
  readonly milliseconds: number;
  /** The line that refused it; null where it was read, as damage to numbers can't always be told. */
  readonly refusal: string | null;
  /** What must not happen: any other error, several lines, a network with impossible numbers. */
  readonly flaw: string | null;
}

type Read = (path: string) => Promise<Pick<ImportedModel, 'tensors'>>;

/** The built reader, which reads HDF5 in a thread of its own as the command does; undefined where nothing is built. */
export async function builtReader(): Promise<Read | undefined> {
  const file = new URL('../../dist/import/read-model.js', import.meta.url);
  if (!existsSync(file)) return undefined;
  return (await import(file.href)).readModel;
}

/** The golden files of one kind: name and content. */
export function goldenFiles(folder: string): [name: string, bytes: Uint8Array][] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.gz'))
    .map(name => [name.slice(0, -3), new Uint8Array(gunzipSync(readFileSync(join(folder, name))))]);
}

/** Damages files in turns, `count` times, and tries to read each. */
export async function damageCampaign(
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
  count: number,
  scratch: string,
  read: Read,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < count; i++) {
    const [name, bytes] = files[i % files.length]!;
    const path = join(scratch, `${i}-${name}`);
    writeFileSync(path, damaged(bytes, Random.fromSeed(i).split(name)));
    outcomes.push(await outcomeOf(path, read));
  }
  return outcomes;
}

/** Tries to read one file that is not to be trusted. */
export async function outcomeOf(path: string, read: Read): Promise<Outcome> {
  const start = performance.now();
  const judged = await read(path).then(
    ({ tensors }) => ({ refusal: null, flaw: flawOf(tensors) }),
    (error: Error) => ({ refusal: error.message, flaw: flawOfError(error) }),
  );
  return { name: path, milliseconds: performance.now() - start, ...judged };
}

function flawOf(tensors: ImportedModel['tensors']): string | null {
  for (const [name, { data }] of tensors) {
    if (!data.every(Number.isFinite)) return `${name} has numbers that aren't finite`;
  }
  return null;
}

function flawOfError({ name, message, stack }: Error): string | null {
  if (name !== 'UserError') return `${stack}`;
  return /\n/.test(message) || message.length > 600 ? `no line: ${message}` : null;
}
