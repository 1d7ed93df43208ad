import { type Tensor, withScope } from '../graph/index.ts';
import { halve, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import { articleDiscriminator } from './article-discriminator.ts';
import type { Discriminator, DiscriminatorOptions, Judgement } from './network.ts';
import { patchgan } from './patchgan.ts';
import { segmentationDiscriminator } from './segmentation-discriminator.ts';

interface Architecture {
  readonly build: Discriminator;
  /** Whether its patches tile the image; the sides must then be multiples of 2 to the power of its layers. */
  readonly tiles: boolean;
  readonly fewestLayers: number;
}

/** Every discriminator, by its name in run configs. */
export const discriminators = {
  article: { build: articleDiscriminator, tiles: true, fewestLayers: 1 },
  patchgan: { build: patchgan, tiles: false, fewestLayers: 0 },
  segmentation: { build: segmentationDiscriminator, tiles: true, fewestLayers: 1 },
} as const satisfies Record<string, Architecture>;

export type DiscriminatorName = keyof typeof discriminators;

export const discriminatorNames = Object.keys(discriminators) as DiscriminatorName[];

/**
 * Judges a batch at `scales` sizes, each half of the previous one, with a separate discriminator for each
 * (Wang et al. 2018, arXiv:1711.11585, section 3.2); finest first.
 */
export function judgeAtScales(
  name: DiscriminatorName,
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  options: DiscriminatorOptions & { readonly scales: number },
  mode: Mode,
): Judgement[] {
  const { build } = discriminators[name];
  if (options.scales === 1) {
    return [withScope('D', () => build(variables, image, condition, options, mode))];
  }
  const judgements: Judgement[] = [];
  let [smallImage, smallCondition] = [image, condition];
  for (let scale = 1; scale <= options.scales; scale++) {
    judgements.push(
      withScope(`D/scale${scale}`, () => build(variables, smallImage, smallCondition, options, mode)),
    );
    if (scale === options.scales) break;
    smallImage = halve(smallImage);
    smallCondition = smallCondition && halve(smallCondition);
  }
  return judgements;
}

/** The smallest side, in pixels, with which every discriminator has a patch and every norm several values. */
export function smallestSide(name: DiscriminatorName, layers: number, scales: number): number {
  const patches = discriminators[name].tiles ? 2 : 3;
  return Math.max(32, patches * 2 ** (layers + scales - 1));
}

/** The number that the sides of images must be multiples of. */
export function sideMultiple(name: DiscriminatorName, layers: number, scales: number): number {
  return discriminators[name].tiles ? 2 ** (layers + scales - 1) : 1;
}
