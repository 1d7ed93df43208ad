import { messageOf, UserError } from './errors.ts';

/** An error as it crosses threads and processes, where structured clones would lose its class. */
export interface ThreadFailure {
  readonly isUserError: boolean;
  readonly message: string;
  readonly stack?: string | undefined;
}

export function failureOf(error: unknown): ThreadFailure {
  return {
    isUserError: error instanceof UserError,
    message: messageOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  };
}

/** The error again, on the other side. */
export function errorOf({ isUserError, message, stack }: ThreadFailure): Error {
  if (isUserError) return new UserError(message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
