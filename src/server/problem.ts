import type { ApiProblem } from './api.ts';

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
