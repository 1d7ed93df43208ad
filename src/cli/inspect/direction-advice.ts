import { directionToPhotos, type SideSummary } from '../../data/inspection/describe-sides.ts';

/** Which direction makes photos, where only one of the sides is photos; `folder` is quoted for a shell. */
export function adviseDirection(a: SideSummary, b: SideSummary, folder: string): string[] {
  const direction = directionToPhotos(a, b);
  if (direction === null) return [];
  const from = direction === 'AtoB' ? a : b;
  return [`  To make photos from ${from.kind}s: npx pix2pix train ${folder} --direction ${direction}`];
}
