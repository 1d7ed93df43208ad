import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { formatBytes } from '../../core/format-bytes.ts';
import { type ModelDescription, precisions } from '../../export/description.ts';
import { includedModels, modelPath } from '../../export/included-models.ts';
import { type ExportedFile, writeOnnx } from '../../export/onnx-file.ts';
import { writeTrainingGraphs } from '../../export/training-graphs.ts';
import { writeWebBundle } from '../../export/web-bundle.ts';
import { exists } from '../../files/folder.ts';
import { writeWeights } from '../../files/weights-file.ts';
import { fullPrecision } from '../../lower/emitter.ts';
import { openModel } from '../../runs/model-files.ts';
import { shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { parseChoice, parseModelSize } from '../options/parse.ts';
import { forceOption, jsonOption } from '../options/shared-options.ts';

const formats = ['onnx', 'web', 'safetensors', 'graph'] as const;

export const exportCommand = defineCommand({
  args: {
    model: {
      type: 'positional',
      description: `Run folder, or a checkpoint in it; with --format web also an included model: ${includedModels.join(', ')}`,
    },
    out: {
      type: 'string',
      valueHint: 'PATH',
      description:
        'Output (default, by format: <run>.onnx, <run>-web, <run>.safetensors or <run>-graphs in this folder)',
    },
    format: {
      type: 'string',
      valueHint: formats.join('|'),
      default: 'onnx',
      description:
        'onnx: one file; web: a folder with a web page to draw on; safetensors: the weights alone; graph: a folder with the graphs of a training step, for viewers such as Netron',
    },
    size: {
      type: 'string',
      valueHint: 'N|HxW|free',
      default: 'free',
      description: 'Input height and width; free: any multiple of the model’s stride',
    },
    image: {
      type: 'boolean',
      description: 'Input and output uint8 [1, H, W, 3] instead of float32 [N, 3, H, W] in [−1, 1]',
    },
    precision: {
      type: 'string',
      valueHint: precisions.join('|'),
      description:
        'Precision of the weights (default: float32). float16: half the file size; int8: a quarter, with small differences in the images',
    },
    data: {
      type: 'string',
      valueHint: 'DATA',
      description: 'Pairs for int8 calibration (default: the training pairs of the run)',
    },
    force: forceOption,
    json: jsonOption,
  },
  examples: [
    'npx pix2pix export runs/labels-facades',
    'npx pix2pix export runs/labels-facades --size 256 --image --out facades.onnx',
    'npx pix2pix export runs/labels-facades --format web --precision float16 --out site',
    'npx pix2pix export runs/labels-facades --precision int8 --out small.onnx',
    'npx pix2pix export emoji --format web --out site',
    'npx pix2pix export runs/labels-facades --format safetensors',
  ],
  async run({ _: [model], size, image = false, data, out, force = false, json = false, ...args }) {
    const format = parseChoice('format', args.format, formats);
    const name = basename(resolve(model!)).replace(/\.(safetensors|onnx)$/, '');
    const precision =
      args.precision === undefined
        ? undefined
        : parseChoice('precision', String(fullPrecision(args.precision)), precisions);
    if (data !== undefined && precision !== 'int8')
      throw new UserError(
        'Cannot use --data without --precision int8: the pairs only calibrate int8; add --precision int8, or leave --data out',
      );
    const common = { precision, data };
    if (format === 'safetensors') refuseFor(format, { size: size !== 'free', image, precision });
    const run = await modelPath(model!);
    if (format === 'web') {
      refuseFor(format, { size: size !== 'free', image, force });
      const bundle = await writeWebBundle(run, out ?? `${name}-web`, common);
      console.log(json ? JSON.stringify(bundle) : webLines(bundle).join('\n'));
      return;
    }
    if (format === 'graph') {
      refuseFor(format, { size: size !== 'free', image, precision, data, force });
      const graphs = await writeTrainingGraphs(run, out ?? `${name}-graphs`);
      const rows = graphs.map(({ path, bytes }) => `Graph: ${path}, ${formatBytes(bytes)}`);
      console.log(json ? JSON.stringify(graphs) : rows.join('\n'));
      return;
    }
    const path = out ?? `${name}.${format}`;
    if (!force && (await exists(path))) {
      throw new UserError(`Cannot write "${path}": it exists already; pass --force or another --out`);
    }
    if (format === 'safetensors') {
      const { bytes } = await writeGeneratorWeights(run, path);
      console.log(json ? JSON.stringify({ path, bytes }) : `Weights: ${path}, ${formatBytes(bytes)}`);
      return;
    }
    const form = image ? 'image' : 'tensors';
    const file = await writeOnnx(run, path, { ...common, size: parseModelSize(size), form });
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
    'Serve the folder from any web server; for several threads, the server must send the headers in docs/export.md',
    `Try it: npx http-server ${shellWord(path)}`,
  ];
}

function lines({ path, bytes, description }: ExportedFile): string[] {
  const { input, output, size } = description;
  const sides = size.fixed ? size.fixed.join('×') : `any multiple of ${size.multiple}`;
  return [
    `Model: ${path}, ${formatBytes(bytes)}`,
    `Input: ${formOf(input)}; height and width: ${sides}`,
    `Output: ${formOf(output)}`,
    `Next: npx pix2pix translate ${shellWord(path)} image.png --out out`,
  ];
}

/** `float32 NCHW, RGB in [-1, 1]` */
function formOf({ type, layout, order, range }: ModelDescription['input']): string {
  return `${type} ${layout}, ${order} in [${range.join(', ')}]`;
}

/** Writes a run's generator as safetensors, named and laid out as in the run, with its config as metadata. */
export async function writeGeneratorWeights(run: string, path: string): Promise<{ readonly bytes: number }> {
  const { config, tensors } = await openModel(run);
  const generator = new Map([...tensors].filter(([name]) => name.startsWith('G/')));
  await writeWeights(path, generator, { config: JSON.stringify(config) });
  return { bytes: (await stat(path)).size };
}
