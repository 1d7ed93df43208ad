import { add, type Tensor, withScope } from '../graph/index.ts';
import { halve, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';
import { residualLayers, resnetFeatures } from './resnet.ts';

/** Where the variables lie that an enhancer has besides its global generator's. */
const SCOPE = 'enhancer';

/** Whether an enhancer's variable is none of its global generator's. */
export const isEnhancers = (variable: string): boolean => variable.startsWith(`G/${SCOPE}/`);

/**
 * Pix2PixHD's local enhancer around its global generator (Wang et al. 2018, arXiv:1711.11585, section 3.1):
 * condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * The global generator, a {@link resnet} without its output layer, sees the condition at half the size. What it makes
 * of it is added to what the enhancer's first layers, of half as many filters, make of the whole; residual blocks,
 * one doubling and an output layer follow. The variables of the global generator have the names that they have in a
 * run of `resnet`, so that training can go from coarse to fine.
 */
export function enhancer(
  variables: Variables,
  condition: Tensor,
  options: GeneratorOptions,
  mode: Mode,
): Tensor {
  const { filters, enhancerBlocks } = options;
  const layers = residualLayers(variables, options, mode);
  return withScope('G', () => {
    const coarse = resnetFeatures(variables, halve(condition), options, mode);
    return withScope(SCOPE, () => {
      let x = add(layers.down('down', layers.input(condition, filters / 2)), coarse);
      for (let block = 1; block <= enhancerBlocks; block++) x = layers.residual(`block${block}`, x);
      return layers.output(layers.up('up', x));
    });
  });
}
