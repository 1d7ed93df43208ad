import { isS3 } from '../../buckets/address.ts';
import { UserError } from '../../core/errors.ts';
import type { SplitFindings } from '../../data/inspection/find-problems.ts';
import { pairSheet } from '../../data/inspection/pair-sheet.ts';
import { writeFixed } from '../../data/inspection/write-fixed.ts';
import { findManifest } from '../../data/manifest.ts';
import { exists, isFile } from '../../files/folder.ts';
import { writeFile } from '../../files/write.ts';
import { isRunFolder } from '../../runs/run-folder.ts';
import { listDevices } from '../../runtime/choose-device.ts';
import { formatNumberOf, shellWord } from '../format.ts';
import { dataSetLines, inspectDataSet } from '../inspect/data-set.ts';
import { inspectRun, runLines } from '../inspect/run.ts';
import { inspectWeights, weightsLines } from '../inspect/weights.ts';
import { defineCommand } from '../options/command.ts';
import { parseWithin } from '../options/parse.ts';
import { jsonOption } from '../options/shared-options.ts';
import { countProgress } from '../terminal.ts';

/** Options for data sets only. */
interface DataSetRequests {
  readonly sheet?: string | undefined;
  readonly fix?: string | undefined;
  readonly limit?: number;
}

export const inspect = defineCommand({
  args: {
    path: {
      type: 'positional',
      required: false,
      description: 'Data set folder, list of pairs, run folder or .safetensors file',
    },
    sheet: { type: 'string', valueHint: 'FILE', description: 'Save a contact sheet of pairs as PNG' },
    fix: {
      type: 'string',
      valueHint: 'DIR',
      description: 'Write a corrected copy of the data set to a new folder; only safe corrections are made',
    },
    limit: { type: 'string', valueHint: 'N', description: 'Look at N pairs of each split (default: all)' },
    devices: {
      type: 'boolean',
      description: 'List the devices that can compute here, and why others cannot',
    },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix inspect facades',
    'npx pix2pix inspect facades --sheet pairs.png',
    'npx pix2pix inspect mine --fix mine-fixed',
    'npx pix2pix inspect runs/labels-facades',
    'npx pix2pix inspect --devices',
    'npx pix2pix inspect runs/labels-facades/checkpoints/step-0000400/model.safetensors --json',
  ],
  async run({ _: [path], json, devices, sheet, fix, limit: limitText }) {
    if (devices) return showDevices(json === true);
    if (path === undefined) {
      throw new UserError('Cannot inspect without PATH: pass a data set, a run or a model, or --devices');
    }
    if (fix !== undefined && limitText !== undefined) {
      throw new UserError(
        'Cannot use --limit with --fix: a corrected copy needs all pairs; leave --limit out',
      );
    }
    if (sheet !== undefined && !/\.png$/i.test(sheet)) {
      throw new UserError(`Cannot write a contact sheet as "${sheet}": use a name that ends in .png`);
    }
    const limit =
      limitText === undefined
        ? {}
        : { limit: parseWithin('limit', limitText, { least: 1, most: 1e9, whole: true }) };
    const { report, lines } = await inspectPath(path, { sheet, fix, ...limit });
    console.log(json ? JSON.stringify(report, null, 2) : lines.join('\n'));
  },
});

async function showDevices(json: boolean): Promise<void> {
  const found = await listDevices();
  const lines = found.map(
    ({ device, usable, description }) => `${usable ? '✓' : '✗'} ${device.padEnd(7)} ${description}`,
  );
  console.log(json ? JSON.stringify(found, null, 2) : lines.join('\n'));
}

async function inspectPath(
  path: string,
  requests: DataSetRequests,
): Promise<{ report: unknown; lines: string[] }> {
  const isWeights = path.endsWith('.safetensors');
  if (isWeights || (await isRunFolder(path))) {
    refuseRequests(path, requests);
    return isWeights
      ? described(await inspectWeights(path), weightsLines)
      : described(await inspectRun(path), runLines);
  }
  if ((await isFile(path)) && !(await findManifest(path))) {
    throw new UserError(
      `Cannot inspect "${path}": pass a data set, a list of its pairs, a run folder or a .safetensors file`,
    );
  }
  if (!isS3(path) && !(await exists(path))) {
    throw new UserError(
      `Cannot inspect "${path}": it does not exist; pass a data set, a run folder or a .safetensors file`,
    );
  }
  return inspectData(path, requests);
}

async function inspectData(path: string, { sheet, fix, limit }: DataSetRequests) {
  const { report, findings } = await inspectDataSet(path, { ...(limit !== undefined && { limit }) });
  const lines = dataSetLines(report);
  if (sheet !== undefined) {
    const count = await writePairSheet(sheet, findings);
    lines.push(`Contact sheet of ${formatNumberOf(count, 'pair')}: ${sheet}`);
  }
  if (fix !== undefined) {
    const progress = countProgress('Writing pairs');
    try {
      const { copied, changed, leftOut } = await writeFixed(fix, findings, report.problems, progress.update);
      lines.push(
        `Fixed copy in ${fix}: ${formatNumberOf(copied, 'pair')} unchanged, ${changed} changed, ${leftOut} left out`,
        `Next: npx pix2pix inspect ${shellWord(fix)}`,
      );
    } finally {
      progress.close();
    }
  }
  return { report, lines };
}

function refuseRequests(path: string, { sheet, fix, limit }: DataSetRequests): void {
  const [flag] = Object.entries({ sheet, fix, limit }).find(([, value]) => value !== undefined) ?? [];
  if (flag)
    throw new UserError(`Cannot use --${flag} with "${path}": it is for data sets only; leave it out`);
}

function described<Report>(report: Report, lines: (report: Report) => string[]) {
  return { report, lines: lines(report) };
}

/** Writes a PNG with pairs from all over a data set, A left and B right; returns how many. */
async function writePairSheet(path: string, splits: readonly SplitFindings[]): Promise<number> {
  const sheet = await pairSheet(splits);
  if (!sheet) {
    throw new UserError(`Cannot write "${path}": no pair can be read; leave out --sheet to see the problems`);
  }
  await writeFile(path, sheet.picture);
  return sheet.count;
}
