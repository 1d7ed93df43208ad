import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { Variables } from '../nn/variables.ts';

// Patterns name variables or the layers above them, `*` stands for anything, and commas separate several: "G/down*".

/** Collects variables of a network in training, of which the config may have frozen some. */
export function trainedVariables({ freeze }: RunConfig): Variables {
  return new Variables(
    freeze === null ? undefined : name => patternsOf(freeze).some(each => each.test(name)),
  );
}

/** Throws {@link UserError} if a pattern matches none of `names`. */
export function assertFreezes(freeze: string | null, names: readonly string[]): void {
  const idle = freeze?.split(',').find(pattern => !names.some(name => toExpression(pattern).test(name)));
  if (idle === undefined) return;
  const layers = [...new Set(names.map(name => name.split('/').slice(0, 2).join('/')))];
  throw new UserError(`Cannot freeze "${idle}": no variable has this name; layers are ${layers.join(', ')}`);
}

function patternsOf(freeze: string): RegExp[] {
  return freeze.split(',').map(toExpression);
}

function toExpression(pattern: string): RegExp {
  const literal = pattern.trim().replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*')}(/.*)?$`);
}
