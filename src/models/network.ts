import type { Tensor } from '../graph/index.ts';
import type { Initializer } from '../nn/initializers.ts';
import type { Mode, Upsampling } from '../nn/layers.ts';
import type { NormKind } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';

export interface GeneratorOptions {
  /** Filters of the first layer. They double from level to level, in U-Nets up to 8 times as many, in ResNets without limit. */
  readonly filters: number;
  /** Downsamplings by 2 between input and bottleneck; in an enhancer, those of its global generator. */
  readonly levels: number;
  /** Residual blocks, if the architecture has them. */
  readonly blocks: number;
  /** Residual blocks at the end of an enhancer. */
  readonly enhancerBlocks: number;
  readonly dropout: number;
  readonly outputChannels: number;
  readonly norm: NormKind;
  readonly upsampling: Upsampling;
  /** Whether a U-Net has skip connections. */
  readonly skips: boolean;
  readonly initializer: Initializer;
}

export type Generator = (
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
) => Tensor;

export interface DiscriminatorOptions {
  /** Filters of the first layer. They double from layer to layer, up to 8 times as many; in `article` without limit. */
  readonly filters: number;
  /** Strided layers. */
  readonly layers: number;
  readonly norm: NormKind;
  /** Whether the features before a strided layer are blurred, against aliasing; images are not. */
  readonly blur: boolean;
  /** Logits per patch: 1 (real or generated), or one per class, which only `segmentation` uses. */
  readonly classes: number;
  readonly initializer: Initializer;
}

/** A discriminator's result for a batch of images. */
export interface Judgement {
  /** [N,h,w,classes], one vector per patch. If `classes` is 1, a larger logit means more real. */
  readonly logits: Tensor;
  /** The outputs of its hidden layers, for feature matching. */
  readonly features: readonly Tensor[];
}

/** @param condition null: the discriminator is unconditional. */
export type Discriminator = (
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  options: DiscriminatorOptions,
  mode: Mode,
) => Judgement;
