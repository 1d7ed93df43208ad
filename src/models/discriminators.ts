import type { Tensor } from '../graph/index.ts';
import type { Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import { articleDiscriminator } from './article-discriminator.ts';
import { patchgan } from './patchgan.ts';

type Discriminator = (
  variables: Variables,
  image: Tensor,
  condition: Tensor,
  options: { readonly filters: number },
  mode: Mode,
) => Tensor;

/** Every discriminator, by the name a run config uses; each returns logits per patch. */
export const discriminators = {
  article: articleDiscriminator,
  patchgan,
} as const satisfies Record<string, Discriminator>;

export type DiscriminatorName = keyof typeof discriminators;
