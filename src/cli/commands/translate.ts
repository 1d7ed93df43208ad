import { UserError } from '../../core/errors.ts';
import type { Size } from '../../core/sizes.ts';
import type { ModelDescription } from '../../export/description.ts';
import { formatFor, type PictureFormat, pictureFormats } from '../../images/encoding/encode.ts';
import { halves } from '../../images/resize.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { openTranslator } from '../../translate/translator.ts';
import { defineCommand } from '../options/command.ts';
import { type FoundInput, findInputs } from '../options/find-inputs.ts';
import { parseChoice, parseWithin } from '../options/parse.ts';
import { deviceOption, forceOption, jsonOption } from '../options/shared-options.ts';
import { onInterrupt } from '../terminal.ts';
import { parseShard, planOutputs } from '../translating/plan-outputs.ts';
import { translateFile } from '../translating/translate-file.ts';
import { sizeNote, TranslationLog } from '../translating/translation-log.ts';

export const translate = defineCommand({
  args: {
    model: { type: 'positional', description: 'Run folder, a checkpoint in it, or an exported .onnx file' },
    input: {
      type: 'positional',
      description: 'Images, folders with their subfolders, or patterns such as "photos/*.jpg"',
    },
    out: {
      type: 'string',
      valueHint: 'DIR',
      description: 'Folder for the results; existing results are kept',
    },
    side: {
      type: 'string',
      valueHint: halves.join('|'),
      description: 'Use the left (A) or right (B) half of each image',
    },
    resize: { type: 'boolean', description: 'Resize each image to the training size of the model first' },
    force: forceOption,
    shard: {
      type: 'string',
      valueHint: 'I/N',
      description:
        'Translate one of N parts of the images, for several processes or machines (from 1/N to N/N)',
    },
    device: deviceOption,
    format: {
      type: 'string',
      valueHint: pictureFormats.join('|'),
      description: 'Format of the results (default: PNG, or TIFF where PNG cannot hold them)',
    },
    tile: {
      type: 'string',
      valueHint: 'N',
      description:
        'Translate in tiles of N×N pixels (default: 1024 for images above 1536×1536, smaller if 2 GB of memory require it)',
    },
    overlap: {
      type: 'string',
      valueHint: 'N',
      description:
        'Overlap of neighbouring tiles in pixels (default: the receptive field, at most half a tile)',
    },
    json: jsonOption,
  },
  repeats: 'input',
  examples: [
    'npx pix2pix translate runs/labels-facades label.png --out out',
    'npx pix2pix translate runs/labels-facades facades/test --side B --out out',
    "npx pix2pix translate runs/labels-facades 'labels/*.png' --out out --resize --force",
    'npx pix2pix translate runs/maps map.png --tile 1024 --overlap 256 --out out',
    'npx pix2pix translate runs/maps maps --device webgpu --out out',
    'npx pix2pix translate runs/maps tiles --shard 3/8 --out out',
  ],
  async run(args) {
    const [model, ...inputs] = args._;
    const side = args.side === undefined ? undefined : parseChoice('side', args.side, halves);
    const shard = args.shard === undefined ? undefined : parseShard(args.shard);
    const { out = missingOut(), force = false, json = false } = args;
    const tiles = { tile: parsePixels('tile', args.tile), overlap: parsePixels('overlap', args.overlap) };
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    const log = new TranslationLog(out, json);
    const translator = await openTranslator(model!, { ...tiles, device, onCut: cut => log.cut(cut) });
    if (device !== 'cpu' && !json) console.log(`Computing on ${description}`);
    const release = onInterrupt({ ask: () => log.interrupt(), leave: () => log.close() });
    try {
      const { trained } = translator.description.size;
      const size = args.resize ? trained : undefined;
      const format = parseFormat(args.format, translator.description);
      const found: FoundInput[] = [];
      for (const input of inputs) {
        await log.watch(input, async () => void found.push(...(await findInputs(input, out))));
      }
      const plan = await planOutputs(found, out, { force, format, shard });
      log.begin(plan);
      for (const job of plan.jobs) {
        if (log.interrupted) break;
        const onSize = (found: Size) => {
          if (!size) log.note(sizeNote(job.input, found, trained));
        };
        await log.translate(job, onProgress =>
          translateFile(translator, job, { side, size, onSize, onProgress }),
        );
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
