import { readFile } from 'node:fs/promises';
import { dirname, extname, join, parse, resolve } from 'node:path';
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import * as z from 'zod';
import { messageOf, UserError } from '../core/errors.ts';
import { exists, isFile } from './folder.ts';
import type { Split } from './layout.ts';
import type { PairFiles } from './pairing.ts';

/** Files that list a data set's pairs, in the order they are looked for. */
const manifestNames = ['pairs.csv', 'pairs.json', 'manifest.csv', 'manifest.json'];

/** The list of pairs that a path is, or that lies in a folder; undefined where there is none. */
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
 * The pairs of one split of a CSV file with the columns condition, target and, if some are not for training, split; or
 * of a JSON file with a list of objects of these fields. Conditions are A, targets B; paths are relative to the file.
 * Throws {@link UserError} with the line or the number of the entry that is wrong.
 */
export async function readManifest(manifest: string, split: Split): Promise<PairFiles[]> {
  const entries = await parseEntries(manifest);
  const pairs: PairFiles[] = [];
  for (const { place, value } of entries) {
    const parsed = rowSchema.safeParse(value);
    if (!parsed.success) throw refuse(manifest, place, explainRow(parsed.error, value));
    const [a, b] = [parsed.data.condition, parsed.data.target].map(path => resolve(dirname(manifest), path));
    for (const [file, path] of [[a!, parsed.data.condition] as const, [b!, parsed.data.target] as const]) {
      if (!(await exists(file))) throw refuse(manifest, place, `there is no file "${path}"`);
    }
    if (parsed.data.split === split) pairs.push({ name: parse(a!).name, a: a!, b: b! });
  }
  return pairs;
}

interface Entry {
  /** `line 3` or `entry 2`. */
  readonly place: string;
  readonly value: unknown;
}

async function parseEntries(manifest: string): Promise<Entry[]> {
  const text = await readFile(manifest, 'utf8').catch(error => {
    throw new UserError(`Cannot read "${manifest}": ${messageOf(error)}`);
  });
  return extname(manifest).toLowerCase() === '.json' ? parseJson(manifest, text) : parseTable(manifest, text);
}

function parseTable(manifest: string, text: string): Entry[] {
  try {
    const rows = parseCsv(text, { columns: true, bom: true, trim: true, skip_empty_lines: true, info: true });
    return (rows as { info: { lines: number }; record: unknown }[]).map(({ info, record }) => ({
      place: `line ${info.lines}`,
      value: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`Cannot read "${manifest}": ${error.message.split('\n')[0]}`);
  }
}

function parseJson(manifest: string, text: string): Entry[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UserError(`Cannot read "${manifest}": ${messageOf(error).split('\n')[0]}`);
  }
  if (!Array.isArray(list)) {
    throw new UserError(`Cannot read "${manifest}": wanted a list of objects with "condition" and "target"`);
  }
  return list.map((value, i) => ({ place: `entry ${i + 1}`, value }));
}

function explainRow(error: z.ZodError, value: unknown): string {
  const field = String(error.issues[0]?.path[0] ?? '');
  const columns = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (field === 'split') {
    const found = (value as Record<string, unknown>).split;
    return `split is ${JSON.stringify(found)}, wanted one of ${splits.join(', ')}`;
  }
  if (columns.includes(field)) return `"${field}" is empty or no text`;
  return `it has no "${field || 'condition'}"; wanted the columns condition, target and, if need be, split`;
}

function refuse(manifest: string, place: string, reason: string): UserError {
  return new UserError(`Cannot use ${place} of "${manifest}": ${reason}`);
}
