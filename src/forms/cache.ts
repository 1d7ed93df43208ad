import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFile } from '../files/write.ts';
import { forms } from '../lower/cpu/forms.ts';
import { type Machine, machineSchema } from './machine.ts';
import type { FormTimes } from './time-forms.ts';

/** The times of forms on one machine, by the key of the convolution. */
export type MeasuredTimes = Readonly<Record<string, FormTimes>>;

const cacheSchema = z.strictObject({
  machine: machineSchema,
  times: z.record(z.string(), z.partialRecord(z.enum(forms), z.number().positive())),
});

/** The file with a machine's times. According to the XDG Base Directory Specification. */
export function cachePath(machine: Machine): string {
  const folder = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  const name = createHash('sha256').update(JSON.stringify(machine)).digest('hex').slice(0, 16);
  return join(folder, 'pix2pix', 'forms', `${name}.json`);
}

/** The times known of a machine; none, and a note about it, if the file is damaged. */
export async function readTimes(machine: Machine): Promise<{ times: MeasuredTimes; notes: string[] }> {
  const path = cachePath(machine);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return { times: {}, notes: [] };
  const times = parseTimes(text);
  return times
    ? { times, notes: [] }
    : { times: {}, notes: [`Ignored the measured forms in "${path}": the file is damaged; it is replaced`] };
}

function parseTimes(text: string): MeasuredTimes | null {
  try {
    return cacheSchema.parse(JSON.parse(text)).times;
  } catch {
    return null;
  }
}

/** Adds times to those that are known of a machine. Throws {@link UserError} if the disk refuses. */
export async function addTimes(machine: Machine, added: MeasuredTimes): Promise<void> {
  const { times } = await readTimes(machine);
  const content = { machine, times: { ...times, ...added } };
  await writeFile(cachePath(machine), `${JSON.stringify(content, null, 1)}\n`);
}
