import { add, type Tensor, withScope } from '../graph/index.ts';
import { halve, type Mode } from '../nn/layers.ts';
import type { Variables } from '../nn/variables.ts';
import type { GeneratorOptions } from './network.ts';
import { residualLayers, resnetFeatures } from './resnet.ts';

/** Scope of the variables that an enhancer has besides those of its global generator. */
const SCOPE = 'enhancer';

/** Whether a variable belongs to the enhancer itself, not to its global generator. */
export const belongsToEnhancer = (variable: string): boolean => variable.startsWith(`G/${SCOPE}/`);

/**
 * Pix2PixHD's local enhancer around its global generator (Wang et al. 2018, arXiv:1711.11585, section 3.1):
 * condition [N,H,W,Cin] → image [N,H,W,Cout] in (−1, 1).
 * The global generator, a {@link resnet} without its output layer, gets the condition at half the size. Its features are
 * added to those of the enhancer's first layers, which have half as many filters and get the condition at full size.
 * Residual blocks, an upsampling by 2 and an output layer follow. The variables of the global generator have the same
 * names as in a run of `resnet`, so that training can go from coarse to fine.
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
