import type { CommandGroup } from '../command.ts';

const examples = ['npx pix2pix prepare synth facades --out data/facades --count 400 --test 20'];

const synth: CommandGroup = {
  description: 'Invent pictures with their labels',
  commands: {
    facades: {
      description: 'Facades of houses and their label maps, as in the CMP data set',
      load: async () => (await import('./prepare-facades.ts')).prepareFacades,
    },
  },
  examples,
};

export const prepare: CommandGroup = {
  description: 'Make image pairs to train with',
  commands: { synth: { description: synth.description, load: async () => synth } },
  examples,
};
