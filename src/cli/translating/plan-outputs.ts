import { join, parse, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { exists, isFolder } from '../../files/folder.ts';
import type { PictureFormat } from '../../images/encoding/write-picture.ts';
import type { FoundInput } from '../options/find-inputs.ts';

/** One picture to translate, and where the result goes. */
export interface TranslationJob {
  readonly input: string;
  readonly output: string;
}

export interface TranslationPlan {
  readonly jobs: readonly TranslationJob[];
  /** Those whose results are there already: results are whole or not there. */
  readonly kept: readonly TranslationJob[];
}

/**
 * `<name>.png` or `<name>.tif` for every input, in folder `out` and its sub-folders as the inputs lie in theirs. Without
 * `force`, results that are there are kept. Throws {@link UserError} where two inputs would share an output, and where
 * an input would be overwritten.
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

/** Each job once, however often its input was named. */
function distinctOf(jobs: readonly TranslationJob[]): TranslationJob[] {
  const byOutput = new Map<string, TranslationJob>();
  for (const job of jobs) {
    const other = byOutput.get(job.output)?.input ?? job.input;
    if (resolve(other) !== resolve(job.input)) {
      throw new UserError(
        `Cannot translate "${other}" and "${job.input}" together: both would become "${job.output}"; translate them into two folders`,
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
