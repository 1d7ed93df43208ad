import { directions } from '../../core/image-pair.ts';
import type { Split } from '../../data/pair-files.ts';
import { type Evaluation, evaluate as evaluateModels } from '../../evaluate/evaluate.ts';
import { Gallery } from '../../evaluate/report/gallery.ts';
import { reportPage } from '../../evaluate/report/report.ts';
import { includedModels } from '../../export/included-models.ts';
import { writeFile } from '../../files/write.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { evaluationLines } from '../evaluation-lines.ts';
import { defineCommand } from '../options/command.ts';
import { parseChoice, parseSeed, parseSize } from '../options/parse.ts';
import { deviceOption, jsonOption } from '../options/shared-options.ts';
import { countProgress } from '../terminal.ts';

const splits: readonly Split[] = ['test', 'val', 'train'];

export const evaluate = defineCommand({
  args: {
    model: {
      type: 'positional',
      description: `Run folder, a weights file, an exported .onnx file, an included model (${includedModels.join(', ')}), or a folder of images named after the pairs`,
    },
    data: { type: 'positional', description: 'Folder of image pairs' },
    split: {
      type: 'string',
      valueHint: splits.join('|'),
      default: 'test',
      description: 'Which pairs to score',
    },
    size: {
      type: 'string',
      valueHint: 'N|HxW',
      description: 'Size in pixels at which images are compared (default: the first model’s)',
    },
    direction: {
      type: 'string',
      valueHint: directions.join('|'),
      description: 'Direction of the pairs, needed if only folders of images are scored; a model has its own',
    },
    baselines: {
      type: 'boolean',
      default: true,
      description:
        'Score three baselines too (the input, the mean image, the nearest neighbour), and the distance to the training images',
    },
    reader: {
      type: 'string',
      valueHint: 'FILE',
      description:
        'For label map → photo: compute the FCN score too, with the segmentation network in FILE, which is trained and saved if missing',
    },
    features: {
      type: 'string',
      valueHint: 'NETWORK.onnx',
      description:
        'Compute FID, KID and LPIPS too, with this network; NETWORK.json beside it describes its input and outputs',
    },
    report: {
      type: 'string',
      valueHint: 'FILE',
      description: 'Write scores and images as one HTML file',
    },
    device: deviceOption,
    seed: {
      type: 'string',
      valueHint: 'N',
      default: '0',
      description: 'Random seed of the confidence intervals',
    },
    json: jsonOption,
  },
  repeats: 'model',
  examples: [
    'npx pix2pix evaluate runs/labels-facades facades',
    'npx pix2pix evaluate runs/article runs/paper facades --split val',
    'npx pix2pix evaluate runs/labels-facades facades --reader facades-reader.safetensors',
    'npx pix2pix evaluate runs/labels-facades facades --features inception.onnx',
    'npx pix2pix evaluate runs/labels-facades facades --report report.html',
    'npx pix2pix evaluate runs/labels-facades translated-elsewhere facades --json',
  ],
  async run({ _: words, split, size, direction, baselines, reader, features, report, seed, json, ...args }) {
    const [models, data] = [words.slice(0, -1), words.at(-1)!];
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    if (device !== 'cpu' && !json) console.log(`Computing on ${description}`);
    const gallery = report === undefined ? null : new Gallery();
    const progress = phaseProgress();
    const evaluation = await evaluateModels({
      models,
      data,
      split: parseChoice('split', split, splits),
      size: size === undefined ? null : parseSize('size', size),
      direction: direction === undefined ? null : parseChoice('direction', direction, directions),
      baselines,
      reader: reader ?? null,
      features: features ?? null,
      seed: parseSeed(seed),
      device,
      onProgress: progress.update,
      ...(gallery && { onPicture: gallery.add }),
    }).finally(() => progress.close());
    if (gallery) await writeFile(report!, await reportPage(evaluation, gallery));
    const text = json ? JSON.stringify(evaluation, null, 2) : linesOf(evaluation).join('\n');
    console.log(text);
  },
});

function linesOf(evaluation: Evaluation): string[] {
  return evaluationLines(evaluation, process.stdout.isTTY ? process.stdout.columns : undefined);
}

/** Counts through one phase after the other: a bar each on a terminal, a line each elsewhere, both on stderr. */
function phaseProgress() {
  let current: { readonly phase: string; readonly bar: ReturnType<typeof countProgress> } | undefined;
  return {
    update(phase: string, done: number, total: number): void {
      if (current?.phase !== phase) {
        current?.bar.close();
        current = { phase, bar: countProgress(phase) };
        if (!process.stderr.isTTY) process.stderr.write(`${phase} (${total})\n`);
      }
      current.bar.update(done, total);
    },
    close: () => current?.bar.close(),
  };
}
