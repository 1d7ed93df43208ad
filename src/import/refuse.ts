import { UserError } from '../core/errors.ts';

/** Throws an error with a reason. */
export type Refuse = (reason: string) => never;

/** A {@link Refuse} that names the file and throws {@link UserError}. */
export function refusing(path: string): Refuse {
  return reason => {
    throw refusal(path, reason);
  };
}

export function refusal(path: string, reason: string): UserError {
  return new UserError(`Cannot import "${path}": ${reason}`);
}

const longest = 80;

/** An untrusted name for use in a message: in quotes, on one line, of limited length. */
export function quoted(name: string): string {
  const text = name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return `"${text.length > longest ? `${text.slice(0, longest)}…` : text}"`;
}
