import { type PhotoTaskName, photoTasks } from '../../../prepare/tasks/index.ts';
import type { CommandEntry, CommandGroup } from '../../options/command.ts';

const synth: CommandGroup = {
  commands: {
    facades: {
      description: 'Draw facades and their label maps, as in the CMP data set',
      load: async () => (await import('./synth.ts')).synthCommand('facades'),
    },
    maps: {
      description: 'Draw aerial views of towns and their maps',
      load: async () => (await import('./synth.ts')).synthCommand('maps'),
    },
    shapes: {
      description: 'Draw coloured shapes and their outlines',
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
  commands: {
    synth: { description: 'Draw synthetic image pairs', load: async () => synth },
    ...fromPhotos,
    combine: {
      description: 'Combine the images of two folders into pairs, matched by name or otherwise by order',
      load: async () => (await import('./combine.ts')).prepareCombine,
    },
    split: {
      description: 'Split a data set into train, val and test; near-duplicates stay together',
      load: async () => (await import('./split.ts')).prepareSplit,
    },
    pack: {
      description: 'Pack pairs into tar shards, in the layout of WebDataset',
      load: async () => (await import('./pack.ts')).preparePack,
    },
    crop: {
      description: 'Cut large pairs into square tiles, both sides at the same places',
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
