import { UserError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';

/**
 * Chooses which of `count` items are for testing: the given share of them, at least one unless the share is 0, and
 * never all. Throws {@link UserError} if there are fewer than two.
 */
export function drawTestItems(count: number, share: number, random: Random): ReadonlySet<number> {
  if (share <= 0) return new Set();
  if (count < 2) {
    throw new UserError(
      `Cannot put ${share} of ${count} ${count === 1 ? 'image' : 'images'} aside for testing: ` +
        'use two or more, or --test-share 0',
    );
  }
  const wanted = Math.min(Math.max(Math.round(count * share), 1), count - 1);
  const order = random.shuffled(Array.from({ length: count }, (_, i) => i));
  return new Set(order.slice(0, wanted));
}

/** Makes file names without extension distinct, ignoring case: `a`, `b`, `a-2`. */
export function distinctNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map(name => {
    let distinct = name;
    for (let i = 2; used.has(distinct.toLowerCase()); i++) distinct = `${name}-${i}`;
    used.add(distinct.toLowerCase());
    return distinct;
  });
}
