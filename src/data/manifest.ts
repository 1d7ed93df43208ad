import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, relative, resolve, sep } from 'node:path';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { messageOf, UserError } from '../core/errors.ts';
import { exists, isBelow, isFile } from '../files/folder.ts';
import type { PairFiles, Split } from './pair-files.ts';

/** Names of files that list a data set's pairs, in the order of search. */
export const manifestNames = ['pairs.csv', 'pairs.json', 'manifest.csv', 'manifest.json'];

/** The list of pairs at `path`: the file itself, or one in the folder; undefined if there is none. */
export async function findManifest(path: string): Promise<string | undefined> {
  if (['.csv', '.json'].includes(extname(path).toLowerCase()) && (await isFile(path))) return path;
  for (const name of manifestNames) {
    if (await isFile(join(path, name))) return join(path, name);
  }
  return undefined;
}

const splits = ['train', 'val', 'test'] as const satisfies readonly Split[];

const rowSchema = z.object({
  condition: z.string().trim().min(1),
  target: z.string().trim().min(1),
  split: z.preprocess(value => (value === '' ? undefined : value), z.enum(splits).default('train')),
});

/**
 * Reads a list of pairs, by split: a CSV file with the columns condition, target and optionally split, or a JSON file
 * with a list of objects with these fields. Conditions are A, targets B; paths are relative to the file. Throws {@link
 * UserError} with the line or the number of the wrong entry.
 * @param confined Whether files must be inside the list's folder, as for untrusted lists.
 */
export async function readManifest(
  manifest: string,
  { confined = false } = {},
): Promise<Record<Split, readonly PairFiles[]>> {
  const { rows, placeOf } = await parseEntries(manifest);
  const isThere = presence();
  const found: { readonly split: Split; readonly a: string; readonly b: string }[] = [];
  const pairs: Record<Split, PairFiles[]> = { train: [], val: [], test: [] };
  for (const [i, row] of rows.entries()) {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) throw refuse(manifest, placeOf(i), explainRow(parsed.error, row));
    const { condition, target, split } = parsed.data;
    const [a, b] = [resolve(dirname(manifest), condition), resolve(dirname(manifest), target)];
    for (const [file, path] of [[a, condition] as const, [b, target] as const]) {
      if (confined && !isBelow(dirname(manifest), file))
        throw refuse(manifest, placeOf(i), `"${path}" is outside its folder`);
      if (!(await isThere(file))) throw refuse(manifest, placeOf(i), `there is no file "${path}"`);
    }
    found.push({ split, a, b });
  }
  const names = pairNames(
    found.map(({ a }) => a),
    dirname(resolve(manifest)),
  );
  for (const [i, { split, a, b }] of found.entries()) pairs[split].push({ name: names[i]!, a, b });
  return pairs;
}

/** The files' names without extension; where several are equal, with their folders in front: `clip1-0001`. */
function pairNames(files: readonly string[], folder: string): string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(parse(file).name, (counts.get(parse(file).name) ?? 0) + 1);
  const taken = new Set<string>();
  return files.map(file => {
    const { dir, name } = parse(file);
    const folders = relative(folder, dir)
      .split(sep)
      .filter(part => part !== '' && part !== '..');
    const wanted = counts.get(name) === 1 ? name : [...folders, name].join('-');
    let unique = wanted;
    for (let n = 2; taken.has(unique); n++) unique = `${wanted}-${n}`;
    taken.add(unique);
    return unique;
  });
}

/**
 * Checks whether files exist by listing each folder once, since a stat per file of a large list takes minutes. Only
 * names missing from the listing are checked one by one, since some file systems ignore case.
 */
function presence(): (file: string) => Promise<boolean> {
  const listings = new Map<string, Promise<ReadonlySet<string>>>();
  const list = (folder: string) =>
    readdir(folder).then(
      names => new Set(names),
      () => new Set<string>(),
    );
  return async file => {
    const folder = dirname(file);
    if (!listings.has(folder)) listings.set(folder, list(folder));
    return (await listings.get(folder))!.has(basename(file)) || exists(file);
  };
}

interface Entries {
  readonly rows: readonly unknown[];
  /** `line 3` or `entry 2`. */
  placeOf(row: number): string;
}

async function parseEntries(manifest: string): Promise<Entries> {
  const text = await readFile(manifest, 'utf8').catch(error => {
    throw new UserError(`Cannot read "${manifest}": ${messageOf(error)}`);
  });
  return extname(manifest).toLowerCase() === '.json' ? parseJson(manifest, text) : parseTable(manifest, text);
}

const tableForm = { columns: true, bom: true, trim: true, skip_empty_lines: true } as const;

function parseTable(manifest: string, text: string): Entries {
  try {
    return { rows: parseCsv(text, tableForm), placeOf: row => `line ${lineOf(text, row)}` };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`Cannot read "${manifest}": ${error.message.split('\n')[0]}`);
  }
}

/** Counting lines doubles the parsing time, so it is only done for errors. */
function lineOf(text: string, row: number): number {
  const counted = parseCsv(text, { ...tableForm, info: true }) as unknown as { info: { lines: number } }[];
  return counted[row]!.info.lines;
}

function parseJson(manifest: string, text: string): Entries {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read "${manifest}": ${messageOf(error).split('\n')[0]}`);
  }
  if (!Array.isArray(list)) {
    throw new UserError(
      `Cannot read "${manifest}": expected a list of objects with "condition" and "target"`,
    );
  }
  return { rows: list, placeOf: row => `entry ${row + 1}` };
}

function explainRow(error: z.ZodError, value: unknown): string {
  const field = String(error.issues[0]?.path[0] ?? '');
  const columns = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (field === 'split') {
    const found = (value as Record<string, unknown>).split;
    return `split is ${JSON.stringify(found)}, expected one of ${splits.join(', ')}`;
  }
  if (columns.includes(field)) return `"${field}" is empty or not text`;
  return `it has no "${field || 'condition'}"; expected the columns condition, target and, optionally, split`;
}

function refuse(manifest: string, place: string, reason: string): UserError {
  return new UserError(`Cannot use ${place} of "${manifest}": ${reason}`);
}
