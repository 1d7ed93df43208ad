import { UserError } from '../../core/errors.ts';
import type { ModelDescription } from '../../export/description.ts';
import { formatFor, type PictureFormat, pictureFormats } from '../../images/encoding/write-picture.ts';
import type { Half } from '../../images/resizing/square-photo.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { openTranslator } from '../../translate/translator.ts';
import { onInterrupt } from '../interrupt.ts';
import { defineCommand } from '../options/command.ts';
import { deviceOption } from '../options/device-option.ts';
import { type FoundInput, findInputs } from '../options/find-inputs.ts';
import { planOutputs } from '../translating/plan-outputs.ts';
import { translateFile } from '../translating/translate-file.ts';
import { TranslationLog } from '../translating/translation-log.ts';
import { parseChoice, parseWithin } from './prepare/flags.ts';

export const translate = defineCommand({
  description: 'Translate pictures with a trained model',
  args: {
    model: { type: 'positional', description: 'Run folder, a checkpoint in it, or an exported .onnx' },
    input: {
      type: 'positional',
      description: 'Pictures, folders with their sub-folders, or patterns such as "photos/*.jpg"',
    },
    out: {
      type: 'string',
      valueHint: 'DIR',
      description: 'Folder for the results, <name>.png or .tif each; what it holds already is kept',
    },
    side: {
      type: 'string',
      valueHint: 'A|B',
      description: 'Use the left (A) or right (B) half of each picture',
    },
    resize: { type: 'boolean', description: 'Resize each picture to the size that the model was trained at' },
    format: {
      type: 'string',
      valueHint: pictureFormats.join('|'),
      description: 'Format of the results; otherwise PNG, unless it can’t hold them',
    },
    tile: {
      type: 'string',
      valueHint: 'N',
      description:
        'Translate in tiles of N×N pixels; otherwise only what is larger than 1536×1536, in tiles of 1024, or as many as fit into 2 GB of memory',
    },
    overlap: {
      type: 'string',
      valueHint: 'N',
      description:
        'Pixels that neighbouring tiles share; otherwise what the network sees, at most half a tile',
    },
    device: deviceOption,
    force: { type: 'boolean', description: 'Make results anew that are there already' },
    json: { type: 'boolean', description: 'Print a line of JSON for each picture' },
  },
  repeats: 'input',
  examples: [
    'npx pix2pix translate runs/paper-facades label.png --out out',
    'npx pix2pix translate runs/paper-facades facades/test --side B --out out',
    "npx pix2pix translate runs/paper-facades 'labels/*.png' --out out --resize --force",
    'npx pix2pix translate runs/maps map.png --tile 1024 --overlap 256 --out out',
    'npx pix2pix translate runs/maps maps --device webgpu --out out',
  ],
  async run(args) {
    const [model, ...inputs] = args._;
    const side = parseSide(args.side);
    const { out = missingOut(), force = false, json = false } = args;
    const tiles = { tile: parsePixels('tile', args.tile), overlap: parsePixels('overlap', args.overlap) };
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    const log = new TranslationLog(out, json);
    const translator = await openTranslator(model!, { ...tiles, device, onCut: cut => log.cut(cut) });
    if (device !== 'cpu' && !json) console.log(`Computing on ${description}`);
    const release = onInterrupt({ ask: () => log.interrupt(), leave: () => log.close() });
    try {
      const size = args.resize ? translator.description.size.trained : undefined;
      const format = parseFormat(args.format, translator.description);
      const found: FoundInput[] = [];
      for (const input of inputs) {
        await log.watch(input, async () => void found.push(...(await findInputs(input, out))));
      }
      const plan = await planOutputs(found, out, { force, format });
      log.begin(plan);
      for (const job of plan.jobs) {
        if (log.interrupted) break;
        await log.translate(job, onProgress => translateFile(translator, job, { side, size, onProgress }));
      }
    } finally {
      release();
      log.close();
      await translator.close();
    }
    log.conclude();
  },
});

function missingOut(): never {
  throw new UserError('Cannot translate without --out: name a folder for the results, such as --out out');
}

function parsePixels(flag: string, text: string | undefined): number | undefined {
  return text === undefined
    ? undefined
    : parseWithin(flag, text, { least: flag === 'tile' ? 1 : 0, most: 65_536, whole: true });
}

function parseSide(side: string | undefined): Half | undefined {
  if (side === undefined || side === 'A' || side === 'B') return side;
  throw new UserError(`Cannot use --side "${side}": it must be A (left half) or B (right half)`);
}

function parseFormat(
  format: string | undefined,
  { output: { channels, depth } }: ModelDescription,
): PictureFormat {
  const needed = formatFor(channels, depth);
  if (format === undefined) return needed;
  const chosen = parseChoice('format', format, pictureFormats);
  if (chosen === 'tiff' || needed === 'png') return chosen;
  const what = channels > 4 ? `${channels} channels` : 'floats';
  throw new UserError(
    `Cannot use --format png: the model makes ${what}, which PNG can't hold; use --format tiff`,
  );
}
