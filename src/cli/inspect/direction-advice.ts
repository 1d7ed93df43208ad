import type { SideSummary } from '../../data/inspection/describe-sides.ts';

/** Which direction makes photos, where only one of the sides is photos; `folder` is quoted for a shell. */
export function adviseDirection(a: SideSummary, b: SideSummary, folder: string): string[] {
  if ((a.kind === 'photo') === (b.kind === 'photo')) return [];
  const [direction, from] = b.kind === 'photo' ? ['AtoB', a] : ['BtoA', b];
  return [`  To make photos from ${from.kind}s: npx pix2pix train ${folder} --direction ${direction}`];
}
