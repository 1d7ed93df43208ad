import { type BulkQueue, openQueue } from '../../../bulk/queue.ts';

/** The flag that names Redis. */
export const redisOption = {
  redis: {
    type: 'string',
    valueHint: 'URL',
    description:
      'Address of Redis; rediss:// for TLS (default: REDIS_URL from the environment, or redis://localhost:6379)',
  },
} as const;

/** Opens the queue for a command, and closes it afterwards. */
export async function withQueue<Result>(
  redis: string | undefined,
  run: (queue: BulkQueue) => Promise<Result>,
): Promise<Result> {
  const queue = await openQueue(redis ?? process.env.REDIS_URL ?? 'redis://localhost:6379');
  try {
    return await run(queue);
  } finally {
    await queue.close();
  }
}
