import type { Image } from '../../../../src/core/image.ts';
import { syntheticFacades } from '../../../../src/prepare/facades/index.ts';

export { type FacadeClass, facadeClasses } from '../../../../src/data/facade-palette.ts';

/** Pixels along one side of the figures' pictures. */
export const SIZE = 64;

/** A label map and the photo that belongs to it. */
export interface Pair {
  readonly condition: Image;
  readonly target: Image;
}

/** Invented facades that the figures' models have not seen. */
export function unseenFacades(count: number): Pair[] {
  // The models are trained on those of seed 0.
  return [...syntheticFacades({ count, size: SIZE, seed: 2026 })].map(({ label, photo }) => ({
    condition: label,
    target: photo,
  }));
}
