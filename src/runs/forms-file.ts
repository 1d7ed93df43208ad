import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { exists } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { machineSchema } from '../forms/machine.ts';
import { forms } from '../lower/cpu/forms.ts';
import { runPaths } from './run-folder.ts';

const recordSchema = z.strictObject({
  machine: machineSchema,
  forms: z.record(z.string(), z.enum(forms)),
});

/** The forms of a run's convolutions, and the machine that they were measured on. */
export type FormsRecord = z.infer<typeof recordSchema>;

/** What a run recorded; null: nothing, so it uses shipped forms. Throws {@link UserError} if the record is damaged. */
export async function readForms(runFolder: string): Promise<FormsRecord | null> {
  const path = runPaths(runFolder).forms;
  if (!(await exists(path))) return null;
  const text = await readFile(path, 'utf8').catch(error => {
    throw new UserError(`Cannot read "${path}": ${explainFileError(error)}`);
  });
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      `Cannot use "${path}": the file is damaged; restore it, or remove it to continue with shipped forms`,
    );
  }
}

export async function writeForms(runFolder: string, record: FormsRecord): Promise<void> {
  await writeFile(runPaths(runFolder).forms, `${JSON.stringify(record, null, 2)}\n`);
}
