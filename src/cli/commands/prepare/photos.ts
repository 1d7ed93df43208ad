import type { ArgDef, ArgsDef } from 'citty';
import { type Fit, fits, halves } from '../../../images/resize.ts';
import { writePhotoPairs } from '../../../prepare/photo-pairs.ts';
import {
  type PhotoTask,
  type PhotoTaskName,
  photoTasks,
  type TaskOption,
  type TaskValues,
} from '../../../prepare/tasks/index.ts';
import { formatNumberOf, shellWord } from '../../format.ts';
import { type Command, defineCommand } from '../../options/command.ts';
import { parseChoice, parseSeed, parseWithin } from '../../options/parse.ts';
import { countProgress } from '../../terminal.ts';
import {
  findPictures,
  fitFlag,
  outFlag,
  parseShare,
  parseSide,
  requireOut,
  seedFlag,
  sizeFlag,
  testShareFlag,
} from './flags.ts';

const sharedFlags = {
  ...sizeFlag,
  ...fitFlag,
  half: {
    type: 'string',
    valueHint: halves.join('|'),
    description: 'Use the left (A) or right (B) half of each image as the photo',
  },
  ...testShareFlag,
  ...seedFlag,
  'skip-bad': { type: 'boolean', description: 'Skip images that cannot be read' },
} as const satisfies ArgsDef;

/** `pix2pix prepare <name> PHOTOS… --out DIR`, with a flag for each of the task's options. */
export function photoCommand(name: PhotoTaskName): Command {
  const task: PhotoTask = photoTasks[name];
  return defineCommand({
    details: `A, on the left: ${task.a}. B, on the right: ${task.b}.`,
    args: {
      photos: {
        type: 'positional',
        description: 'Photos, folders of photos, or patterns such as "photos/*.jpg"',
      },
      ...outFlag,
      ...taskFlags(task),
      ...sharedFlags,
    },
    repeats: 'photos',
    examples: examplesFor(name, task),
    async run(args) {
      const flags: Readonly<Record<string, unknown>> = args;
      const folder = requireOut(args.out, name);
      const settings = {
        values: parseValues(task, flags),
        size: parseSide(args.size),
        fit: parseChoice<Fit>('fit', args.fit, fits),
        half: args.half === undefined ? undefined : parseChoice('half', args.half, halves),
        testShare: parseShare('test-share', args['test-share']),
        seed: parseSeed(args.seed),
        skipBad: args['skip-bad'] === true,
      };
      const files = await findPictures(args._);
      const progress = countProgress('Making pairs');
      const onSkip = (message: string) => console.log(`Note: ${message}`);
      try {
        const options = { ...settings, task, onSkip, onProgress: progress.update };
        const { train, test, enlarged } = await writePhotoPairs(files, folder, options);
        progress.close();
        if (enlarged > 0) {
          console.log(
            `Note: enlarged ${formatNumberOf(enlarged, 'photo')} smaller than ${settings.size} pixels`,
          );
        }
        console.log(closingLines(folder, task, { train, test, size: settings.size }).join('\n'));
      } finally {
        progress.close();
      }
    },
  });
}

function taskFlags({ options }: PhotoTask): ArgsDef {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, flagOf(option)]));
}

function flagOf(option: TaskOption): ArgDef & { type: 'string' } {
  const valueHint = option.kind === 'choice' ? option.choices.join('|') : 'N';
  return { type: 'string', valueHint, default: String(option.default), description: option.about };
}

function parseValues({ options }: PhotoTask, flags: Readonly<Record<string, unknown>>): TaskValues {
  const entries = Object.entries(options).map(([name, option]) => {
    const text = String(flags[name]);
    return option.kind === 'choice'
      ? [name, parseChoice(name, text, option.choices)]
      : [name, parseWithin(name, text, option)];
  });
  return Object.fromEntries(entries);
}

function examplesFor(name: string, { options }: PhotoTask): string[] {
  const start = `npx pix2pix prepare ${name}`;
  const turned = Object.entries(options).slice(0, 1);
  const flags = turned.map(([flag, option]) => `--${flag} ${otherThanDefault(option)}`).join(' ');
  return [
    `${start} photos --out data/${name}`,
    `${start} 'photos/*.jpg' --out data/${name} --size 128 ${flags}`,
    `${start} facades/train --half A --out data/${name}`,
  ];
}

/** Examples show another value than the default. */
function otherThanDefault(option: TaskOption): string | number {
  if (option.kind === 'choice') return option.choices.find(choice => choice !== option.default)!;
  return option.default === option.least ? (option.least + option.most) / 2 : option.default / 2;
}

function closingLines(
  folder: string,
  { a, b, direction }: PhotoTask,
  { train, test, size }: { readonly train: number; readonly test: number; readonly size: number },
): string[] {
  return [
    `Wrote ${formatNumberOf(train, 'training pair')} and ${formatNumberOf(test, 'test pair')} to ${folder}`,
    `A, on the left: ${a}; B, on the right: ${b}`,
    `View them: npx pix2pix inspect ${shellWord(folder)} --sheet ${shellWord(`${folder}.png`)}`,
    `Next: npx pix2pix train ${shellWord(folder)} --direction ${direction}${size === 256 ? '' : ` --size ${size}`}`,
  ];
}
