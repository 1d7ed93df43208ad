import { parse } from 'node:path';
import { statisticsKinds } from '../../config/settings/networks.ts';
import { elements, type Shape, showShape } from '../../core/shape.ts';
import type { Misfit } from '../../import/fit.ts';
import { MisfitError } from '../../import/fit.ts';
import { importModel } from '../../import/import-model.ts';
import type { ImportedModel } from '../../import/read-model.ts';
import { freeRunFolder } from '../../runs/run-folder.ts';
import { formatCount, shellWord } from '../format.ts';
import { defineCommand } from '../options/command.ts';
import { parseChoice } from '../options/parse.ts';
import { jsonOption } from '../options/shared-options.ts';

export const importCommand = defineCommand({
  details:
    'Reads a PyTorch state_dict of pytorch-CycleGAN-and-pix2pix (U-Net or ResNet), Keras weights of the article’s generator, and safetensors files of these or of pix2pix itself. Writes a run folder.',
  args: {
    file: { type: 'positional', description: '.pth, .pt, .h5, .weights.h5, .keras or .safetensors file' },
    out: { type: 'string', valueHint: 'DIR', description: 'Run folder (default: runs/<name of the file>)' },
    statistics: {
      type: 'string',
      valueHint: statisticsKinds.join('|'),
      description:
        'Batch norm statistics when translating. moving: moving averages (default for Keras); batch: those of each image (default for PyTorch)',
    },
    force: { type: 'boolean', description: 'Replace an existing run in --out' },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix import latest_net_G.pth --out runs/facades',
    'npx pix2pix import generator.weights.h5',
    'npx pix2pix import latest_net_G.pth --statistics moving --json',
  ],
  async run({ _: [file], out, statistics, force = false, json = false }) {
    const options = {
      force,
      statistics: statistics === undefined ? null : parseChoice('statistics', statistics, statisticsKinds),
    };
    const runFolder = out ?? (await freeRunFolder(nameOf(file!)));
    const model = await tellingMisfits(json, () => importModel(file!, { ...options, out: runFolder }));
    if (json) console.log(JSON.stringify(summary(model, runFolder), null, 2));
    else console.log(lines(model, runFolder).join('\n'));
  },
});

/** `generator.weights.h5` → `generator` */
function nameOf(file: string): string {
  return parse(file).name.replace(/\.weights$/, '') || 'imported';
}

/** Prints the tensors that don't fit before the error that counts them. */
async function tellingMisfits<Result>(json: boolean, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MisfitError) {
      const { message, misfits } = error;
      if (json) console.log(JSON.stringify({ error: message, misfits }, null, 2));
      else console.error(misfitTable(misfits).join('\n'));
    }
    throw error;
  }
}

function summary({ kind, config, tensors }: ImportedModel, runFolder: string) {
  return { runFolder, kind, generator: config.generator, size: config.size, values: countValues(tensors) };
}

function lines({ kind, config, tensors }: ImportedModel, runFolder: string): string[] {
  const { architecture, levels, blocks, filters, norm, inference } = config.generator;
  const depth = architecture === 'resnet' ? `${blocks} blocks, ${levels} halvings` : `${levels} levels`;
  const means =
    norm !== 'batch'
      ? []
      : inference.statistics === 'batch'
        ? ["Translates by each image's own statistics; with --statistics moving by the moving averages"]
        : ["Translates by the moving averages; with --statistics batch by each image's own statistics"];
  return [
    `Read the ${kind}: ${depth}, ${filters} filters, norm "${norm}", ${formatCount(countValues(tensors))} values`,
    ...means,
    `Run: ${runFolder}`,
    `Next: npx pix2pix translate ${shellWord(runFolder)} image.png --out out`,
  ];
}

function countValues(tensors: ImportedModel['tensors']): number {
  return [...tensors.values()].reduce((sum, { shape }) => sum + elements(shape), 0);
}

const mostRows = 40;

/** Tensors that don't fit as lines of a table: name, expected shape, found shape. */
function misfitTable(misfits: readonly Misfit[]): string[] {
  const rows = misfits
    .slice(0, mostRows)
    .map(({ name, wanted, found }) => [name, shown(wanted), shown(found)] as const);
  const table = [['tensor', 'expected', 'found'] as const, ...rows];
  const width = (column: 0 | 1) => Math.max(...table.map(row => row[column].length));
  const lines = table.map(([name, wanted, found]) =>
    `${name.padEnd(width(0))}  ${wanted.padEnd(width(1))}  ${found}`.trimEnd(),
  );
  const more = misfits.length - rows.length;
  return more > 0 ? [...lines, `… and ${more} more`] : lines;
}

function shown(shape: Shape | null): string {
  return shape === null ? '–' : showShape(shape);
}
