import { UserError } from '../../core/errors.ts';
import type { Size } from '../../core/sizes.ts';
import { makeFolder } from '../../files/folder.ts';
import { chooseDevice } from '../../runtime/choose-device.ts';
import { type FoundInput, findInputs } from '../../translate/find-inputs.ts';
import { overlapped } from '../../translate/overlap.ts';
import { chooseFormat, parseShard, planOutputs } from '../../translate/plan-outputs.ts';
import { translateFile } from '../../translate/translate-file.ts';
import { openTranslator } from '../../translate/translator.ts';
import { defineCommand } from '../options/command.ts';
import { parseThreads } from '../options/parse.ts';
import {
  deviceOption,
  forceOption,
  jsonOption,
  modelArgument,
  threadsOption,
} from '../options/shared-options.ts';
import { onInterrupt } from '../terminal.ts';
import { imageOptions, parseImageOptions } from '../translating/image-options.ts';
import { sizeNote, TranslationLog } from '../translating/translation-log.ts';

export const translate = defineCommand({
  args: {
    model: modelArgument,
    input: {
      type: 'positional',
      description: 'Images, folders with their subfolders, or patterns such as "photos/*.jpg"',
    },
    out: {
      type: 'string',
      valueHint: 'DIR',
      description: 'Folder for the results; existing results are kept',
    },
    ...imageOptions,
    force: forceOption,
    shard: {
      type: 'string',
      valueHint: 'I/N',
      description:
        'Translate one of N parts of the images, for several processes or machines (from 1/N to N/N)',
    },
    device: deviceOption,
    threads: threadsOption,
    json: jsonOption,
  },
  repeats: 'input',
  examples: [
    'npx pix2pix translate emoji drawing.png --out out',
    'npx pix2pix translate runs/labels-facades label.png --out out',
    'npx pix2pix translate runs/labels-facades facades/test --side B --out out',
    "npx pix2pix translate runs/labels-facades 'labels/*.png' --out out --resize --force",
    'npx pix2pix translate runs/maps map.png --tile 1024 --overlap 256 --out out',
    'npx pix2pix translate runs/maps maps --device webgpu --out out',
    'npx pix2pix translate runs/maps tiles --shard 3/8 --out out',
  ],
  async run(args) {
    const [model, ...inputs] = args._;
    const { side, resize, format: asked, ...tiles } = parseImageOptions(args);
    const shard = args.shard === undefined ? undefined : parseShard(args.shard);
    const threads = parseThreads(args.threads);
    const { out = missingOut(), force = false, json = false } = args;
    const { device, description } = await chooseDevice(args.device ?? 'auto');
    const log = new TranslationLog(out, json);
    const translator = await openTranslator(model!, { ...tiles, device, threads });
    if (device !== 'cpu' && !json) console.log(`Computing on ${description}`);
    const release = onInterrupt({ ask: () => log.interrupt(), leave: () => log.close() });
    try {
      const { trained } = translator.description.size;
      const size = resize ? trained : undefined;
      const format = chooseFormat(asked, translator.description);
      const found: FoundInput[] = [];
      for (const input of inputs) {
        await log.watch(input, async () => void found.push(...(await findInputs(input, out))));
      }
      const plan = await planOutputs(found, out, { force, format, shard });
      if (plan.jobs.length > 0) await makeFolder(out);
      log.begin(plan);
      await overlapped(log.untilInterrupted(plan.jobs), job =>
        log.translate(job, ({ onNote, ...events }) => {
          const onSize = (found: Size) => onNote(size ? undefined : sizeNote(job.input, found, trained));
          return translateFile(translator, job, { side, size, onSize, ...events });
        }),
      );
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
