import type { FastifyError, FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { UserError } from '../core/errors.ts';
import { linger } from './guard/bodies.ts';
import { Refusal } from './problem.ts';
import type { Workspace } from './workspace.ts';

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
  return { status: 500, message: 'Cannot answer: something went wrong here; the server’s output says what' };
}

/** Messages name files from the workspace on: where that lies is nobody's business. */
function withoutPaths(message: string, { runs, data }: Workspace): string {
  return [runs, data]
    .sort((a, b) => b.length - a.length)
    .reduce((text, root) => text.replaceAll(`${root}/`, '').replaceAll(root, '.'), message)
    .replaceAll(/\s*\n\s*/g, ' ');
}
