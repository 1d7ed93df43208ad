import { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { UserError } from '../core/errors.ts';
import type { ApiProblem } from './api.ts';
import type { Workspace } from './workspace.ts';

/** A refusal with its HTTP status; the message is for people, as a UserError's is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  get body(): ApiProblem {
    return { message: this.message };
  }
}

/** What refusals need to know of their server. */
export interface ErrorContext {
  readonly workspace: Workspace;
  /** Told of our own mistakes. */
  readonly onError: (error: unknown) => void;
}

/** Every refusal as one line for people, in what `bodyOf` makes of it; what is our mistake is told to `onError` alone. */
export function explainErrors(
  app: FastifyInstance,
  { workspace, onError }: ErrorContext,
  bodyOf: (message: string) => object = message => ({ message }),
): void {
  app.setErrorHandler((error: Error, request, reply) => {
    const { status, message } = explain(error);
    if (status >= 500 && !(error instanceof Refusal)) onError(error);
    reply.removeHeader('connection');
    linger(request);
    return reply.code(status).send(bodyOf(withoutPaths(message, workspace)));
  });
}

/** What is not there, in the same words. */
export function explainMissing(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    linger(request);
    const path = request.url.split('?')[0]!.slice(0, 200);
    return reply.code(404).send({ message: `Cannot find ${request.method} "${path}": see /api/docs` });
  });
}

function explain(error: Error | FastifyError): { readonly status: number; readonly message: string } {
  if (error instanceof Refusal) return error;
  if (error instanceof UserError) return { status: 400, message: error.message };
  if (hasZodFastifySchemaValidationErrors(error)) {
    const [issue] = error.validation;
    const place = issue?.instancePath.replace(/^\//, '').replaceAll('/', '.');
    return {
      status: 400,
      message: `Cannot use ${error.validationContext ?? 'request'}${place ? ` "${place}"` : ''}: ${issue?.message}`,
    };
  }
  const { statusCode = 500 } = error as FastifyError;
  if (statusCode >= 400 && statusCode < 500)
    return { status: statusCode, message: `Cannot answer: ${error.message}` };
  return { status: 500, message: 'Cannot answer: internal error; see the server’s output' };
}

/** Messages name files from the workspace on: where that lies is nobody's business. */
function withoutPaths(message: string, { runs, data }: Workspace): string {
  return [runs, data]
    .sort((a, b) => b.length - a.length)
    .reduce((text, root) => text.replaceAll(`${root}/`, '').replaceAll(root, '.'), message)
    .replaceAll(/\s*\n\s*/g, ' ');
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
