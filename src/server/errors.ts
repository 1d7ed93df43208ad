import { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { UserError } from '../core/errors.ts';
import type { ApiProblem } from './api.ts';
import type { Workspace } from './workspace.ts';

/** An error with its HTTP status; its message is for users, as a UserError's is. */
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

/** The server's part in handling errors. */
export interface ErrorContext {
  readonly workspace: Workspace;
  /** Called with internal errors. */
  readonly onError: (error: unknown) => void;
}

/** Sends errors as one line for users, in the body that `bodyOf` makes; details of internal errors go to `onError` only. */
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

/** Answers unknown routes with 404. */
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
  return {
    status: 500,
    message: 'Cannot answer: internal error; the terminal that runs the studio shows why',
  };
}

/** Messages name files relative to the workspace, whose own path stays private. */
function withoutPaths(message: string, { runs, data }: Workspace): string {
  return [runs, data]
    .sort((a, b) => b.length - a.length)
    .reduce((text, root) => text.replaceAll(`${root}/`, '').replaceAll(root, '.'), message)
    .replaceAll(/\s*\n\s*/g, ' ');
}

const lingering = 1000;

/**
 * Discards the rest of a refused body for a moment: if the connection were closed at once, a client that is still sending
 * would lose the response.
 */
export function linger({ raw }: FastifyRequest): void {
  const { socket } = raw;
  // Requests that are injected have no connection.
  if (raw.complete || !(socket instanceof Socket)) return;
  raw.unpipe();
  raw.resume();
  // Unless it is kept alive, Node would close it with the last byte of the response.
  socket.destroySoon = () => void socket.end();
  setTimeout(() => {
    if (!raw.complete || socket.writableEnded) socket.destroy();
  }, lingering).unref();
}
