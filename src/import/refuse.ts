import { UserError } from '../core/errors.ts';

/** Ends an import with the reason. */
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

/** A name from a file as a message may show it: in quotes, on one line, not too long. */
export function quoted(name: string): string {
  const text = name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return `"${text.length > longest ? `${text.slice(0, longest)}…` : text}"`;
}
