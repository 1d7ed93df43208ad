import type { RunConfig } from '../../config/config.ts';
import type { Image, Samples } from '../../core/image.ts';
import { applyTransform, steadyTransform } from '../../data/loading/transform.ts';
import { loadPair, loadPairWithChannels } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import type { WeightsMap } from '../../formats/safetensors.ts';
import { encodePng } from '../../images/encoding/encode.ts';
import { shownImage } from '../../images/picture.ts';
import { openModel } from '../../runs/model-files.ts';
import { createJudge, hasDiscriminator, type PatchMap } from '../../training/judge.ts';
import type { Patches } from '../api.ts';
import { translatorOf } from './translators.ts';

export interface PairInView {
  readonly name: string;
  readonly condition: Uint8Array;
  readonly target: Uint8Array;
  readonly generated: Uint8Array;
  readonly patches: Patches[];
  readonly milliseconds: number;
}

/** A pair at the size that the networks saw in training, translated and judged. */
export async function viewPair({
  model,
  files,
}: {
  readonly model: string;
  readonly files: PairFiles;
}): Promise<PairInView> {
  const translator = await translatorOf(model);
  const { config, tensors } = await openModel(model);
  const pair = await loadPairWithChannels(files, config.direction, config.channels);
  const steady = steadyTransform(config.size, config.resize.mode);
  const condition = applyTransform(pair.condition, steady, config.resize.condition);
  const target = applyTransform(pair.target, steady, config.resize.target);
  const started = performance.now();
  const generated = await translator.translate(condition);
  const milliseconds = performance.now() - started;
  return {
    name: pair.name,
    condition: await encodePng(shownImage(condition)),
    target: await encodePng(shownImage(target)),
    generated: await encodePng(shownImage(generated)),
    patches: await judgeBoth(config, tensors, { condition: condition, target: target, generated }),
    milliseconds,
  };
}

async function judgeBoth(
  config: RunConfig,
  tensors: WeightsMap,
  { condition, target, generated }: Record<'condition' | 'target' | 'generated', Image<Samples>>,
): Promise<Patches[]> {
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  if (!hasDiscriminator(values)) return [];
  const judge = await createJudge(config, values);
  try {
    const real = await judge.run(target, condition);
    const fake = await judge.run(generated, condition);
    return real.map((map, scale) => patchesOf(map, fake[scale]!));
  } finally {
    await judge.release();
  }
}

function patchesOf(target: PatchMap, generated: PatchMap): Patches {
  const list = ({ values }: PatchMap) => Array.from(values, value => Math.round(value * 1e4) / 1e4);
  return { height: target.height, width: target.width, target: list(target), generated: list(generated) };
}

/** One side of a pair as PNG, as large as it is, or as a run sees it. */
export async function pairPicture({
  files,
  side,
  seenBy,
}: {
  readonly files: PairFiles;
  readonly side: 'a' | 'b';
  readonly seenBy: RunConfig | null;
}): Promise<Uint8Array> {
  const { condition: a, target: b } = await loadPair(files, 'AtoB');
  const image = side === 'a' ? a : b;
  if (!seenBy) return encodePng(image);
  const { size, resize, direction } = seenBy;
  const part = (side === 'a') === (direction === 'AtoB') ? 'condition' : 'target';
  return encodePng(applyTransform(image, steadyTransform(size, resize.mode), resize[part]));
}
