import { UserError } from '../../core/errors.ts';
import type { Half } from '../../data/square-photo.ts';
import { formatFor, type PictureFormat, pictureFormats } from '../../data/write-picture.ts';
import type { ModelDescription } from '../../export/description.ts';
import { openTranslator } from '../../translate/translator.ts';
import { defineCommand } from '../command.ts';
import { expandInput } from '../expand-inputs.ts';
import { formatNumberOf } from '../format.ts';
import { planOutputs, type TranslationJob } from '../plan-outputs.ts';
import { translateFile } from '../translate-file.ts';
import { parseChoice, parseWithin } from './prepare-flags.ts';

export const translate = defineCommand({
  description: 'Translate pictures with a trained model',
  args: {
    model: { type: 'positional', description: 'Run folder, a checkpoint in it, or an exported .onnx' },
    input: {
      type: 'positional',
      description: 'Pictures, folders of pictures, or patterns such as "photos/*.jpg"',
    },
    out: { type: 'string', valueHint: 'DIR', description: 'Folder for the results, <name>.png or .tif each' },
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
        'Translate in tiles of N×N pixels; otherwise only what is larger than 1536×1536, in tiles of 1024',
    },
    overlap: {
      type: 'string',
      valueHint: 'N',
      description:
        'Pixels that neighbouring tiles share; otherwise what the network sees, at most half a tile',
    },
    force: { type: 'boolean', description: 'Replace existing results' },
    json: { type: 'boolean', description: 'Print a line of JSON for each picture' },
  },
  repeats: 'input',
  examples: [
    'npx pix2pix translate runs/paper-facades label.png --out out',
    'npx pix2pix translate runs/paper-facades facades/test --side B --out out',
    "npx pix2pix translate runs/paper-facades 'labels/*.png' --out out --resize --force",
    'npx pix2pix translate runs/maps map.png --tile 1024 --overlap 256 --out out',
  ],
  async run(args) {
    const [model, ...inputs] = args._;
    const side = parseSide(args.side);
    const { out = missingOut(), force = false, json = false } = args;
    const tiles = { tile: parsePixels('tile', args.tile), overlap: parsePixels('overlap', args.overlap) };
    const translator = await openTranslator(model!, tiles);
    const log = new TranslationLog(json);
    try {
      const size = args.resize ? translator.description.size.trained : undefined;
      const format = parseFormat(args.format, translator.description);
      const files: string[] = [];
      for (const input of inputs) {
        await log.watch(input, async () => files.push(...(await expandInput(input))));
      }
      for (const job of await planOutputs([...new Set(files)], out, { force, format })) {
        await log.watch(job.input, async () => {
          await translateFile(translator, job, { side, size });
          log.done(job);
        });
      }
    } finally {
      await translator.close();
    }
    log.conclude(out);
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

/** Lets a bad picture be reported and the others go on. */
class TranslationLog {
  private readonly failures: UserError[] = [];
  private translated = 0;

  constructor(private readonly json: boolean) {}

  async watch(input: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.failures.push(error);
      if (this.json) console.log(JSON.stringify({ input, error: error.message }));
    }
  }

  done(job: TranslationJob): void {
    this.translated++;
    console.log(this.json ? JSON.stringify(job) : `${job.input} → ${job.output}`);
  }

  /** Throws {@link UserError} where anything failed: the failure itself, or how many there were. */
  conclude(out: string): void {
    const [first, second] = this.failures;
    if (first && !second) throw first;
    if (!first) return;
    for (const { message } of this.failures) console.error(message);
    const done = formatNumberOf(this.translated, 'picture');
    throw new UserError(
      `Cannot translate ${this.failures.length} of the inputs, as the lines above say; ${done} went into "${out}"`,
    );
  }
}
