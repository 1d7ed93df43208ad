import type { FastifyReply } from 'fastify';
import { Refusal } from '../errors.ts';

/** Aborted when the client leaves before the response is complete. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  if (raw.destroyed) gone.abort();
  return gone.signal;
}

/** Reads a form. Throws {@link Refusal} if it is malformed. */
export async function readForm<Content>(read: () => Promise<Content>): Promise<Content> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.constructor === Error && !('statusCode' in error)) {
      throw new Refusal(400, `Cannot read the form: ${error.message}`);
    }
    throw error;
  }
}

/** An id without characters that are invalid in headers. */
export function fileName(id: string): string {
  return id.replaceAll(/[^\w.-]+/g, '-');
}
