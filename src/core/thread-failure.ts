import { messageOf, UserError } from './errors.ts';

/** An error in a form that can be sent between threads and processes; a structured clone would lose its class. */
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

/** The inverse of {@link failureOf}, on the receiving side. */
export function errorOf({ isUserError, message, stack }: ThreadFailure): Error {
  if (isUserError) return new UserError(message);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
