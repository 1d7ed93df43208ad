import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { precisions } from '../../export/description.ts';
import { type ExportedFile, writeOnnx } from '../../export/onnx-file.ts';
import { writeTrainingGraphs } from '../../export/training-graphs.ts';
import { writeWebBundle } from '../../export/web-bundle.ts';
import { exists } from '../../files/folder.ts';
import { writeWeights } from '../../files/weights-file.ts';
import { openModel } from '../../runs/model-files.ts';
import { formatBytes, shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { parseModelSize } from '../options/model-size.ts';
import { parseChoice } from './prepare/flags.ts';

export const exportCommand = defineCommand({
  description: 'Write a trained generator as a file that runs elsewhere',
  args: {
    run: { type: 'positional', description: 'Run folder, or a checkpoint in it' },
    format: {
      type: 'string',
      valueHint: 'onnx|web|safetensors|graph',
      description:
        'onnx (the default): one file; web: a folder with a page to draw on, for any web server; safetensors: the weights alone; graph: a folder with the graphs of a training step, for viewers such as Netron',
    },
    size: {
      type: 'string',
      valueHint: 'N|HxW|free',
      description: 'Height and width that the model takes; free (the default): any multiple of its stride',
    },
    image: {
      type: 'boolean',
      description: 'Take and give images, uint8 [1, H, W, 3], rather than float32 [N, 3, H, W] on [−1, 1]',
    },
    precision: {
      type: 'string',
      valueHint: 'fp32|fp16|int8',
      description:
        'Of the weights: fp16 halves the file, int8 quarters it; docs/export.md says what they cost',
    },
    data: {
      type: 'string',
      valueHint: 'DATA',
      description: 'Pairs for int8 to measure on; otherwise those that the run learned from',
    },
    out: {
      type: 'string',
      valueHint: 'PATH',
      description: 'Where to write; otherwise <run>.onnx or <run>-web',
    },
    force: { type: 'boolean', description: 'Replace an existing file' },
    json: { type: 'boolean', description: 'Print what was written as JSON' },
  },
  examples: [
    'npx pix2pix export runs/paper-facades',
    'npx pix2pix export runs/paper-facades --size 256 --image --out facades.onnx',
    'npx pix2pix export runs/paper-facades --format web --precision fp16 --out site',
    'npx pix2pix export runs/paper-facades --precision int8 --out small.onnx',
  ],
  async run({
    _: [run],
    format = 'onnx',
    size,
    image = false,
    precision,
    data,
    out,
    force = false,
    json = false,
  }) {
    const name = basename(resolve(run!)).replace(/\.safetensors$/, '');
    const common = { precision: parseChoice('precision', precision ?? 'fp32', precisions), data };
    if (format === 'web') {
      refuseFor(format, { size, image, force });
      const bundle = await writeWebBundle(run!, out ?? `${name}-web`, common);
      console.log(json ? JSON.stringify(bundle) : webLines(bundle).join('\n'));
      return;
    }
    if (format === 'graph') {
      refuseFor(format, { size, image, precision, data, force });
      const graphs = await writeTrainingGraphs(run!, out ?? `${name}-graphs`);
      const rows = graphs.map(({ path, bytes }) => `Graph: ${path}, ${formatBytes(bytes)}`);
      console.log(json ? JSON.stringify(graphs) : rows.join('\n'));
      return;
    }
    if (format !== 'onnx' && format !== 'safetensors') {
      throw new UserError(`Cannot use --format "${format}": it must be onnx, web, safetensors or graph`);
    }
    const path = out ?? `${name}.${format}`;
    if (!force && (await exists(path))) {
      throw new UserError(`Cannot write "${path}": it exists already; pass --force or another --out`);
    }
    if (format === 'safetensors') {
      const { bytes } = await writeGeneratorWeights(run!, path);
      console.log(json ? JSON.stringify({ path, bytes }) : `Weights: ${path}, ${formatBytes(bytes)}`);
      return;
    }
    const form = image ? 'image' : 'tensors';
    const file = await writeOnnx(run!, path, { ...common, size: parseModelSize(size), form });
    console.log(json ? JSON.stringify(file) : lines(file).join('\n'));
  },
});

/** Throws {@link UserError} for a flag that means nothing with `format`. */
function refuseFor(format: string, flags: Readonly<Record<string, unknown>>): void {
  const [given] = Object.entries(flags).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (given) throw new UserError(`Cannot use --${given} with --format ${format}; leave it out`);
}

function webLines({ path, bytes }: ExportedFile): string[] {
  return [
    `Page: ${path}, with a model of ${formatBytes(bytes)}`,
    'Put the folder on any web server; pages that are cross-origin isolated compute with several threads',
    `Try it: npx http-server ${shellWord(path)}`,
  ];
}

function lines({ path, bytes, description }: ExportedFile): string[] {
  const { input, size } = description;
  const sides = size.fixed ? size.fixed.join('×') : `any multiple of ${size.multiple}`;
  return [
    `Model: ${path}, ${formatBytes(bytes)}`,
    `Takes and gives ${input.type} ${input.layout}, ${input.order} on [${input.range.join(', ')}]; height and width: ${sides}`,
    `Next: npx pix2pix translate ${shellWord(path)} picture.png --out out`,
  ];
}

/** Writes a run's generator as safetensors, named and laid out as in the run, with its config as metadata. */
export async function writeGeneratorWeights(run: string, path: string): Promise<{ readonly bytes: number }> {
  const { config, tensors } = await openModel(run);
  const generator = new Map([...tensors].filter(([name]) => name.startsWith('G/')));
  await writeWeights(path, generator, { config: JSON.stringify(config) });
  return { bytes: (await stat(path)).size };
}
