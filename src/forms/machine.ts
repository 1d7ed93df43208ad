import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import * as z from 'zod';
import { runtimeVersion } from '../runtime/version.ts';

/** What the times of forms depend on, besides the convolutions themselves. */
export const machineSchema = z.strictObject({
  processor: z.string(),
  /** ONNX Runtime's version. */
  runtime: z.string(),
  threads: z.number(),
});
export type Machine = z.infer<typeof machineSchema>;

export async function thisMachine(threads: number): Promise<Machine> {
  return { processor: await processorName(), runtime: runtimeVersion, threads };
}

/** `AMD EPYC, family 25 model 17 stepping 1, x64`: virtual machines name processors of several generations alike. */
async function processorName(): Promise<string> {
  const name = cpus()[0]?.model.trim() || 'unknown processor';
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const details = ['cpu family', 'model', 'stepping'].flatMap(field => {
    const value = new RegExp(`^${field}\\s*:\\s*(.+)$`, 'm').exec(info)?.[1];
    return value === undefined ? [] : [`${field.replace('cpu ', '')} ${value}`];
  });
  return [name, details.join(' '), process.arch].filter(part => part !== '').join(', ');
}
