import type { FastifyError, FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { UserError } from '../core/errors.ts';
import { Refusal } from './problem.ts';
import type { Workspace } from './workspace.ts';

/** Every refusal as `{ message }`, one line for people. What is our mistake is told to `onError` alone. */
export function explainErrors(
  app: FastifyInstance,
  workspace: Workspace,
  onError: (error: unknown) => void,
): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { status, message } = explain(error);
    if (status >= 500 && !(error instanceof Refusal)) onError(error);
    // What is left of a body nobody reads is not waited for.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.code(status).send({ message: withoutPaths(message, workspace) });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!.slice(0, 200);
    return reply.code(404).send({ message: `Cannot find ${request.method} "${path}": see /api/docs` });
  });
}

function explain(error: FastifyError): { readonly status: number; readonly message: string } {
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
  const { statusCode = 500 } = error;
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
