import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Random } from '../../src/core/random.ts';
import type { ImportedModel } from '../../src/import/read-model.ts';
import { damaged } from './damage.ts';

/** What became of a damaged file. */
export interface Outcome {
  readonly name: string;
  readonly milliseconds: number;
  /** The line that refused it; null if it was read, as damage to numbers can't always be told. */
  readonly refusal: string | null;
  /** What must not happen: any other error, several lines, a network with impossible numbers. */
  readonly flaw: string | null;
}

export type Read = (path: string) => Promise<Pick<ImportedModel, 'tensors'>>;

/** The built reader, which reads HDF5 in a thread of its own as the command does; undefined if nothing is built. */
export async function builtReader(): Promise<Read | undefined> {
  const file = new URL('../../dist/import/read-model.js', import.meta.url);
  if (!existsSync(file)) return undefined;
  return (await import(file.href)).readModel;
}

export type GoldenFile = readonly [name: string, bytes: Uint8Array];

/** Writes one of `files` into a folder; its path. */
export function unpack(files: readonly GoldenFile[], name: string, folder: string): string {
  const path = join(folder, name);
  writeFileSync(path, files.find(([each]) => each === name)![1]);
  return path;
}

/** The golden files of one kind. */
export function goldenFiles(folder: string): GoldenFile[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.gz'))
    .map(name => [name.slice(0, -3), new Uint8Array(gunzipSync(readFileSync(join(folder, name))))]);
}

/** Damages files in turns, `count` times, and tries to read each; `together`: so many at a time. */
export async function damageCampaign(
  files: readonly GoldenFile[],
  count: number,
  scratch: string,
  read: Read,
  together = 1,
): Promise<Outcome[]> {
  await assertReadable(files, scratch, read);
  const outcomes: Outcome[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      const [name, bytes] = files[i % files.length]!;
      const path = join(scratch, `${i}-${name}`);
      writeFileSync(path, damaged(new Uint8Array(bytes), Random.fromSeed(i).split(name)));
      outcomes.push(await outcomeOf(path, read));
      rmSync(path);
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return outcomes;
}

/** Refusals say something only where the same files are read as long as they are whole. */
async function assertReadable(files: readonly GoldenFile[], scratch: string, read: Read): Promise<void> {
  for (const [name] of files) await read(unpack(files, name, scratch));
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
