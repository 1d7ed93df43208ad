import type { Direction } from '../../data/pair.ts';
import type { Split } from '../../data/pairing.ts';
import { evaluate as evaluateModels } from '../../evaluate/evaluate.ts';
import { defineCommand } from '../command.ts';
import { countProgress } from '../count-progress.ts';
import { evaluationLines } from '../evaluation-lines.ts';
import { parseSize } from '../run-options.ts';
import { parseChoice, parseSeed } from './prepare-flags.ts';

const splits: readonly Split[] = ['test', 'val', 'train'];

export const evaluate = defineCommand({
  description: 'Score models on a data set: how near their translations are to the truth',
  args: {
    model: {
      type: 'positional',
      description: 'Run folder, one of its .safetensors files, or a folder of pictures named after the pairs',
    },
    data: { type: 'positional', description: 'Folder of image pairs' },
    split: { type: 'string', valueHint: splits.join('|'), default: 'test', description: 'Which pairs' },
    size: {
      type: 'string',
      valueHint: 'N|HxW',
      description: 'Pixels at which pictures are compared; otherwise the first model’s',
    },
    direction: {
      type: 'string',
      valueHint: 'AtoB|BtoA',
      description: 'For folders of pictures: what they were made from; models know theirs',
    },
    seed: { type: 'string', valueHint: 'N', default: '0', description: 'Equal seeds give equal intervals' },
    json: { type: 'boolean', description: 'Print all of it as JSON, with every picture’s values' },
  },
  repeats: 'model',
  examples: [
    'npx pix2pix evaluate runs/paper-facades facades',
    'npx pix2pix evaluate runs/article runs/paper facades --split val',
    'npx pix2pix evaluate runs/paper-facades translated-elsewhere facades --json',
  ],
  async run({ _: words, split, size, direction, seed, json }) {
    const [models, data] = [words.slice(0, -1), words.at(-1)!];
    const progress = countProgress('Evaluating');
    const evaluation = await evaluateModels({
      models,
      data,
      split: parseChoice('split', split, splits),
      size: size === undefined ? null : parseSize('size', size),
      direction:
        direction === undefined ? null : parseChoice<Direction>('direction', direction, ['AtoB', 'BtoA']),
      seed: parseSeed(seed),
      onProgress: progress.update,
    }).finally(() => progress.close());
    console.log(json ? JSON.stringify(evaluation, null, 2) : evaluationLines(evaluation).join('\n'));
  },
});
