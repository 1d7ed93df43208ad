import type { RunConfig } from '../../config/config.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import { applyTransform, steadyTransform } from '../../data/loading/transform.ts';
import { loadPairWithChannels } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';

/** A pair as a run's networks see it, with their channels and size. Throws as {@link loadPairWithChannels} does. */
export async function seenPair(
  files: PairFiles,
  { direction, channels, size, resize }: RunConfig,
): Promise<ImagePair> {
  const { name, condition, target } = await loadPairWithChannels(files, direction, channels);
  const steady = steadyTransform(size, resize.mode);
  return {
    name,
    condition: applyTransform(condition, steady, resize.condition),
    target: applyTransform(target, steady, resize.target),
  };
}
