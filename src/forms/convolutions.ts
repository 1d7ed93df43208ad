import type { RunConfig } from '../config/config.ts';
import { simplify, type Tensor, topological } from '../graph/index.ts';
import { convolutionOf } from '../lower/cpu/convolution-of.ts';
import {
  type ChooseForm,
  type Convolution,
  convolutionKey,
  type Form,
  formsFor,
  shippedForm,
} from '../lower/cpu/forms.ts';
import { trainingStep } from '../step/algorithms.ts';
import { withKeptActivations } from '../step/kept-activations.ts';

/** All convolutions of a graph, which is given by its outputs; several may be alike. */
export function convolutionsOf(outputs: Readonly<Record<string, Tensor>>): Convolution[] {
  const tensors = topological(Object.values(simplify(outputs)));
  // Those whose result is pooled are computed with the pooling.
  const pooled = new Set(
    tensors.flatMap(each => (each.op.name === 'sumPool2d' && convolutionOf(each) ? each.inputs : [])),
  );
  return tensors.flatMap(tensor => (pooled.has(tensor) ? [] : (convolutionOf(tensor) ?? [])));
}

/** The convolutions of a training step, action by action, by the name of the pass. */
export function stepConvolutions(
  config: RunConfig,
): { readonly pass: string; readonly convolution: Convolution }[] {
  const { actions, passes } = withKeptActivations(trainingStep(config));
  const found = new Map(Object.entries(passes).map(([pass, { outputs }]) => [pass, convolutionsOf(outputs)]));
  return actions.flatMap(({ pass }) => found.get(pass)!.map(convolution => ({ pass, convolution })));
}

/** Forms by {@link convolutionKey}. */
export type Forms = Readonly<Record<string, Form>>;

/** The forms of a table, and shipped ones for convolutions that are not in it. */
export function chooserOf(forms: Forms): ChooseForm {
  return convolution => {
    const form = forms[convolutionKey(convolution)];
    return form !== undefined && formsFor(convolution).includes(form) ? form : shippedForm(convolution);
  };
}

/** Of 4×4 taps over an image that is upsampled, 25 at low resolution do the work of 64. */
const UPSAMPLED_SHARE = 25 / 64;

/** Multiply–accumulates of a convolution, counting upsampled ones at low resolution. */
export function macsOf({ upsampled, geometry: g }: Convolution): number {
  const products = g.batch * g.rows * g.columns * g.outputChannels;
  const all = products * g.kernelHeight * g.kernelWidth * g.channels;
  return upsampled ? UPSAMPLED_SHARE * all : all;
}
