import type { CommandGroup } from '../../options/command.ts';

export const bulk: CommandGroup = {
  details:
    'Submit a campaign once, then start workers on as many machines as you like. Needs Redis, and from npm bullmq and ioredis.',
  commands: {
    submit: {
      description: 'Queue the images of a folder, a list or a bucket',
      load: async () => (await import('./submit.ts')).bulkSubmit,
    },
    work: {
      description: 'Translate queued images; on any number of machines',
      load: async () => (await import('./work.ts')).bulkWork,
    },
    status: {
      description: 'Show progress, pace, time left and failures',
      load: async () => (await import('./status.ts')).bulkStatus,
    },
    retry: {
      description: 'Queue failed images again',
      load: async () => (await import('./retry.ts')).bulkRetry,
    },
    cancel: {
      description: 'Stop a campaign and remove it from the queue',
      load: async () => (await import('./cancel.ts')).bulkCancel,
    },
  },
  examples: [
    'npx pix2pix bulk submit runs/maps tiles out',
    'npx pix2pix bulk work --until-empty',
    'npx pix2pix bulk status',
  ],
};
