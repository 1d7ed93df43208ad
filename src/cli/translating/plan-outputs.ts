import { join, parse, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { exists, isFolder } from '../../files/folder.ts';
import type { PictureFormat } from '../../images/encoding/encode.ts';
import type { FoundInput } from '../options/find-inputs.ts';

/** A picture to translate, and the path of the result. */
export interface TranslationJob {
  readonly input: string;
  readonly output: string;
}

export interface TranslationPlan {
  readonly jobs: readonly TranslationJob[];
  /** Those whose results exist already; an existing result is complete, since results are written atomically. */
  readonly kept: readonly TranslationJob[];
}

/**
 * Plans `<name>.png` or `<name>.tif` for every input, in `out` and the same subfolders as the inputs'. Without `force`,
 * existing results are kept. Throws {@link UserError} if two inputs would share an output, or an input would be
 * overwritten.
 */
export async function planOutputs(
  inputs: readonly FoundInput[],
  out: string,
  { force, format = 'png' }: { readonly force: boolean; readonly format?: PictureFormat },
): Promise<TranslationPlan> {
  if ((await exists(out)) && !(await isFolder(out))) {
    throw new UserError(`Cannot write into "${out}": it is a file; name a folder with --out`);
  }
  const extension = format === 'png' ? 'png' : 'tif';
  const all = inputs.map(({ path, below }) => ({
    input: path,
    output: join(out, below, `${parse(path).name}.${extension}`),
  }));
  const distinct = distinctOf(all);
  assertInputsStay(distinct);
  const [jobs, kept]: TranslationJob[][] = [[], []];
  for (const job of distinct) (!force && (await exists(job.output)) ? kept! : jobs!).push(job);
  return { jobs: jobs!, kept: kept! };
}

/** Removes jobs that occur more than once. */
function distinctOf(jobs: readonly TranslationJob[]): TranslationJob[] {
  const byOutput = new Map<string, TranslationJob>();
  for (const job of jobs) {
    const other = byOutput.get(job.output)?.input ?? job.input;
    if (resolve(other) !== resolve(job.input)) {
      throw new UserError(
        `Cannot translate "${other}" and "${job.input}" together: both would become "${job.output}"; use a separate --out for each`,
      );
    }
    byOutput.set(job.output, job);
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
