import { type PhotoTaskName, photoTasks } from '../../../prepare/tasks/index.ts';
import type { CommandEntry, CommandGroup } from '../../options/command.ts';

const synth: CommandGroup = {
  description: 'Invent pictures with their labels',
  commands: {
    facades: {
      description: 'Facades of houses and their label maps, as in the CMP data set',
      load: async () => (await import('./synth.ts')).synthCommand('facades'),
    },
    maps: {
      description: 'Parts of towns from above and their maps',
      load: async () => (await import('./synth.ts')).synthCommand('maps'),
    },
    shapes: {
      description: 'Coloured shapes and their outlines',
      load: async () => (await import('./synth.ts')).synthCommand('shapes'),
    },
  },
  examples: ['npx pix2pix prepare synth facades --out data/facades --count 400 --test 20'],
};

const fromPhotos = Object.fromEntries(
  (Object.keys(photoTasks) as PhotoTaskName[]).map((name): [string, CommandEntry] => [
    name,
    {
      description: photoTasks[name].description,
      load: async () => (await import('./photos.ts')).photoCommand(name),
    },
  ]),
);

export const prepare: CommandGroup = {
  description: 'Make image pairs to train with',
  commands: {
    synth: { description: synth.description, load: async () => synth },
    ...fromPhotos,
    combine: {
      description: 'Put the pictures of two folders side by side',
      load: async () => (await import('./combine.ts')).prepareCombine,
    },
    split: {
      description: 'Divide a data set into train, val and test; look-alikes stay together',
      load: async () => (await import('./split.ts')).prepareSplit,
    },
    crop: {
      description: 'Cut large pairs into square tiles',
      load: async () => (await import('./crop.ts')).prepareCrop,
    },
  },
  examples: [
    ...synth.examples,
    'npx pix2pix prepare colorize photos --out data/colorize',
    "npx pix2pix prepare edges 'photos/**/*.jpg' --out data/edges --size 128",
    'npx pix2pix prepare superres --help',
  ],
};
