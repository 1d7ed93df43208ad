import { basename, join, parse, relative, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { UserError } from '../core/errors.ts';
import type { ModelDescription } from '../export/description.ts';
import { exists, isFolder } from '../files/folder.ts';
import { formatFor, type PictureFormat } from '../images/encoding/encode.ts';
import type { FoundInput } from './find-inputs.ts';

/** A picture to translate, and the path of the result. */
export interface TranslationJob {
  readonly input: string;
  readonly output: string;
}

/** One of several equal parts of the work, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** `3/8`. Throws {@link UserError} for anything else. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count };
  throw new UserError(`Cannot use --shard "${text}": write I/N, part I of N parts, such as 3/8`);
}

export interface TranslationPlan {
  readonly jobs: readonly TranslationJob[];
  /** Those whose results exist already; an existing result is complete, since results are written atomically. */
  readonly kept: readonly TranslationJob[];
}

export interface PlanOptions {
  readonly force: boolean;
  readonly format?: PictureFormat;
  readonly shard?: Shard | undefined;
}

/**
 * Plans `<name>.png` or `<name>.tif` for every input, in `out` and the same subfolders as the inputs'. Without `force`,
 * existing results are kept. Of several shards, each has results of its own, which depend on nothing but their names:
 * not on the machine, nor on what was listed besides. Throws {@link UserError} if two inputs would share an output, or an input would be
 * overwritten.
 */
export async function planOutputs(
  inputs: readonly FoundInput[],
  out: string,
  { force, format = 'png', shard }: PlanOptions,
): Promise<TranslationPlan> {
  if ((await exists(out)) && !(await isFolder(out))) {
    throw new UserError(`Cannot write into "${out}": it is a file; name a folder with --out`);
  }
  const all = inputs.map(({ path, below }) => ({
    input: path,
    output: join(out, below, resultName(basename(path), format)),
  }));
  const distinct = distinctOf(all);
  assertInputsStay(distinct);
  const own = shard ? distinct.filter(({ output }) => belongsTo(shard, relative(out, output))) : distinct;
  const [jobs, kept]: TranslationJob[][] = [[], []];
  for (const job of own) (!force && (await exists(job.output)) ? kept! : jobs!).push(job);
  return { jobs: jobs!, kept: kept! };
}

/** The name of a result, from that of its input; both below their folders. */
export function resultName(input: string, format: PictureFormat): string {
  const { dir, name } = parse(input);
  return join(dir, `${name}.${format === 'png' ? 'png' : 'tif'}`);
}

/** The format of a model's results. Throws {@link UserError} if the requested one can't hold them. */
export function chooseFormat(
  asked: PictureFormat | undefined,
  { output: { channels, depth } }: Pick<ModelDescription, 'output'>,
): PictureFormat {
  const needed = formatFor(channels, depth);
  if (asked === undefined || asked === 'tiff' || needed === 'png') return asked ?? needed;
  const what = channels > 4 ? `${channels} channels` : 'floats';
  throw new UserError(
    `Cannot use --format png: the model makes ${what}, which PNG can't hold; use --format tiff`,
  );
}

/** @param name of the result, below the folder of results. */
function belongsTo({ index, count }: Shard, name: string): boolean {
  const bytes = new TextEncoder().encode(name.replaceAll('\\', '/').normalize());
  return crc32(bytes) % count === index - 1;
}

/** Removes jobs that occur more than once. */
function distinctOf(jobs: readonly TranslationJob[]): TranslationJob[] {
  const byOutput = new Map<string, TranslationJob>();
  for (const job of jobs) {
    // Some file systems ignore case and how accents are composed.
    const key = job.output.normalize('NFC').toLowerCase();
    const other = byOutput.get(key)?.input ?? job.input;
    if (resolve(other) !== resolve(job.input)) {
      throw new UserError(
        `Cannot translate "${other}" and "${job.input}" together: both would become "${job.output}"; use a separate --out for each`,
      );
    }
    byOutput.set(key, job);
  }
  return [...byOutput.values()];
}

function assertInputsStay(jobs: readonly TranslationJob[]): void {
  const inputs = new Set(jobs.map(({ input }) => resolve(input)));
  const clash = jobs.find(({ output }) => inputs.has(resolve(output)));
  if (clash) {
    throw new UserError(`Cannot write "${clash.output}": it is one of the inputs; use another --out`);
  }
}
