import type { Image } from '../../../../src/core/image.ts';
import { facadeClasses } from '../../../../src/data/facade-palette.ts';
import { syntheticFacades } from '../../../../src/prepare/facades/index.ts';

/** Pixels along one side of the figures' pictures. */
export const SIZE = 64;

/** A label map and the photo that belongs to it. */
export interface Pair {
  readonly condition: Image;
  readonly target: Image;
}

/** How to draw label maps: the labels that matter most at this size. */
export const facadeDrawing = {
  pens: ['window', 'facade', 'door', 'balcony', 'cornice', 'shop', 'background'].map(
    label => facadeClasses.find(({ name }) => name === label)!,
  ),
  lines: 'rectangles',
  next: 'Another facade',
  empty: { says: 'Empty wall', color: facadeClasses.find(({ name }) => name === 'facade')!.color },
} as const;

/** Invented facades that the figures' models have not seen. */
export function unseenFacades(count: number, size = SIZE): Pair[] {
  // The models are trained on those of seeds 0 and 1.
  return [...syntheticFacades({ count, size, seed: 2026 })].map(({ label, photo }) => ({
    condition: label,
    target: photo,
  }));
}
