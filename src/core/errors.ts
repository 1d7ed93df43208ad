/**
 * An error that the user can fix: bad input, an impossible option, a file that can't be read. The command line prints
 * its message as one line, without a stack, and exits with status 2. Messages start upper-case, have no final period,
 * quote values, and name the current value, the wanted value and the fix.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The first line of the message of anything thrown. */
export function firstLineOf(error: unknown): string {
  return messageOf(error).split('\n')[0]!;
}

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
