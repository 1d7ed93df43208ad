import type { Tensor } from '../graph/index.ts';
import type { Initializer } from '../nn/initializers.ts';
import type { Mode, Upsampling } from '../nn/layers.ts';
import type { NormKind } from '../nn/norms.ts';
import type { Variables } from '../nn/variables.ts';

export interface GeneratorOptions {
  /** Filters of the first layer; deeper ones have up to 8 times as many. */
  readonly filters: number;
  /** Halvings between input and bottleneck; of an enhancer's global generator, which starts at half the size. */
  readonly levels: number;
  /** Residual blocks, where the architecture has them. */
  readonly blocks: number;
  /** Residual blocks at the end of an enhancer. */
  readonly enhancerBlocks: number;
  readonly dropout: number;
  readonly outputChannels: number;
  readonly norm: NormKind;
  readonly upsampling: Upsampling;
  /** Whether a U-Net's decoder sees the encoder's layers of its own size. */
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
  /** Filters of the first layer; deeper ones have up to 8 times as many. */
  readonly filters: number;
  /** Strided layers. */
  readonly layers: number;
  readonly norm: NormKind;
  readonly initializer: Initializer;
}

/** What a discriminator says of a batch of images. */
export interface Judgement {
  /** [N,h,w,1], one per patch; large where it looks real. */
  readonly logits: Tensor;
  /** What its hidden layers saw, for feature matching. */
  readonly features: readonly Tensor[];
}

/** @param condition null: it judges the image by itself. */
export type Discriminator = (
  variables: Variables,
  image: Tensor,
  condition: Tensor | null,
  options: DiscriminatorOptions,
  mode: Mode,
) => Judgement;
