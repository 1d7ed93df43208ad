import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../problem.ts';

export interface BodyLimits {
  /** Bytes of the longest body that any route takes. */
  readonly bytes: number;
  /** A body has to arrive at so many bytes a second on average … */
  readonly bytesPerSecond: number;
  /** … once this long has passed. */
  readonly graceMilliseconds: number;
}

const lookEvery = 250;

/**
 * Ends requests whose bodies are too long (413), at once where they say so, or too slow (408). It watches the
 * connection rather than the stream, so that routes read bodies as they like.
 */
export function limitBodies(app: FastifyInstance, limits: BodyLimits): void {
  app.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    const length = Number(headers['content-length'] ?? 0);
    if (length > limits.bytes) throw new Refusal(413, tooLong(limits));
    if (length > 0 || headers['transfer-encoding'] !== undefined) watch(request, reply, limits);
  });
}

function watch(request: FastifyRequest, reply: FastifyReply, limits: BodyLimits): void {
  const { raw } = request;
  const { socket } = raw;
  const started = performance.now();
  const before = socket.bytesRead;
  const timer = setInterval(() => {
    if (raw.complete || socket.destroyed) return clearInterval(timer);
    const milliseconds = performance.now() - started;
    const bytes = socket.bytesRead - before;
    if (bytes > limits.bytes) return refuse(413, tooLong(limits));
    if (milliseconds < limits.graceMilliseconds) return;
    if ((1000 * bytes) / milliseconds < limits.bytesPerSecond)
      refuse(408, 'Cannot wait for the rest: it comes too slowly');
  }, lookEvery).unref();
  const refuse = (status: number, message: string) => {
    clearInterval(timer);
    if (reply.sent) raw.destroy();
    else reply.code(status).send({ message });
    linger(request);
  };
}

const lingering = 1000;

/**
 * Lets the rest of a refused body run into the void for a moment: a connection that is closed at once takes the answer
 * with it, as the other side is still sending.
 */
export function linger({ raw }: FastifyRequest): void {
  const { socket } = raw;
  // Requests that are injected have no connection.
  if (raw.complete || !(socket instanceof Socket)) return;
  raw.unpipe();
  raw.resume();
  // Where it is not to be kept alive, Node would close it with the last byte of the answer.
  socket.destroySoon = () => void socket.end();
  setTimeout(() => {
    if (!raw.complete || socket.writableEnded) socket.destroy();
  }, lingering).unref();
}

function tooLong({ bytes }: BodyLimits): string {
  return `Cannot take so long a request: the limit is ${Math.floor(bytes / 2 ** 20)} MiB`;
}
