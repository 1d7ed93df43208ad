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
