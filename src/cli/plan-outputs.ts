import { join, parse, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { exists, isFolder } from '../data/folder.ts';
import type { PictureFormat } from '../data/write-picture.ts';

/** One picture to translate, and where the result goes. */
export interface TranslationJob {
  readonly input: string;
  readonly output: string;
}

/**
 * `<name>.png` or `<name>.tif` in folder `out` for every input. Throws {@link UserError} where two inputs would share an output,
 * where an input would be overwritten, and without `force` where a file exists already.
 */
export async function planOutputs(
  inputs: readonly string[],
  out: string,
  { force, format = 'png' }: { readonly force: boolean; readonly format?: PictureFormat },
): Promise<TranslationJob[]> {
  if ((await exists(out)) && !(await isFolder(out))) {
    throw new UserError(`Cannot write into "${out}": it is a file; name a folder with --out`);
  }
  const extension = format === 'png' ? 'png' : 'tif';
  const jobs = inputs.map(input => ({ input, output: join(out, `${parse(input).name}.${extension}`) }));
  assertDistinct(jobs);
  assertInputsStay(jobs);
  if (!force) await assertNew(jobs);
  return jobs;
}

function assertDistinct(jobs: readonly TranslationJob[]): void {
  const inputOf = new Map<string, string>();
  for (const { input, output } of jobs) {
    const other = inputOf.get(output);
    if (other !== undefined) {
      throw new UserError(
        `Cannot translate "${other}" and "${input}" together: both would become "${output}"; translate them into two folders`,
      );
    }
    inputOf.set(output, input);
  }
}

function assertInputsStay(jobs: readonly TranslationJob[]): void {
  const inputs = new Set(jobs.map(({ input }) => resolve(input)));
  const clash = jobs.find(({ output }) => inputs.has(resolve(output)));
  if (clash) {
    throw new UserError(`Cannot write "${clash.output}": it is one of the inputs; use another --out`);
  }
}

async function assertNew(jobs: readonly TranslationJob[]): Promise<void> {
  const taken: string[] = [];
  for (const { output } of jobs) if (await exists(output)) taken.push(output);
  if (taken.length === 0) return;
  const more = taken.length > 1 ? ` (and ${taken.length - 1} more)` : '';
  throw new UserError(
    `Cannot write "${taken[0]}"${more}: it exists; pass --force to replace it, or another --out`,
  );
}
