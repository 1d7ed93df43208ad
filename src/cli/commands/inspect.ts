import { stat } from 'node:fs/promises';
import { UserError } from '../../core/errors.ts';
import { isRunFolder } from '../../train/run-config-file.ts';
import { defineCommand } from '../command.ts';
import { dataSetLines, inspectDataSet } from '../inspect/data-set.ts';
import { inspectRun, runLines } from '../inspect/run.ts';
import { inspectWeights, weightsLines } from '../inspect/weights.ts';

export const inspect = defineCommand({
  description: 'Say what is in a data set, a run or a weights file',
  args: {
    path: { type: 'positional', description: 'Data set folder, run folder or .safetensors file' },
    json: { type: 'boolean', description: 'Print all of it as JSON' },
  },
  examples: [
    'npx pix2pix inspect facades',
    'npx pix2pix inspect runs/paper-facades',
    'npx pix2pix inspect runs/paper-facades/weights/step-0000400.safetensors --json',
  ],
  async run({ _: [path], json }) {
    const { report, lines } = await inspectPath(path!);
    console.log(json ? JSON.stringify(report, null, 2) : lines.join('\n'));
  },
});

async function inspectPath(path: string): Promise<{ report: unknown; lines: string[] }> {
  if (path.endsWith('.safetensors')) return described(await inspectWeights(path), weightsLines);
  if (await isFile(path)) {
    throw new UserError(`Cannot inspect "${path}": pass a data set, a run folder or a .safetensors file`);
  }
  if (await isRunFolder(path)) return described(await inspectRun(path), runLines);
  return described(await inspectDataSet(path), dataSetLines);
}

function described<Report>(report: Report, lines: (report: Report) => string[]) {
  return { report, lines: lines(report) };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  );
}
