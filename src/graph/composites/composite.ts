import { type Composite, Tensor } from '../tensor.ts';

/**
 * The attributes of every composite op, by its name. The export target's rules are typed over it, so a missing one does
 * not compile.
 */
export interface CompositeAttributes {
  readonly mean: { readonly axes: readonly number[] };
  readonly averagePool2d: { readonly size: number; readonly stride: number; readonly padding: number };
  readonly reflectPad: { readonly width: number };
  readonly batchNormTraining: { readonly epsilon: number };
  readonly batchNormInference: { readonly epsilon: number };
  readonly instanceNorm: { readonly epsilon: number };
  readonly dropout: { readonly rate: number };
}

export type CompositeName = keyof CompositeAttributes;

/** A layer called `N`. */
export interface CompositeOf<N extends CompositeName> extends Composite {
  readonly name: N;
  readonly attributes: CompositeAttributes[N];
}

/** Marks `expansion`, the ops that compute a layer, as the result of that layer. */
export function composite<N extends CompositeName>(
  name: N,
  inputs: readonly Tensor[],
  attributes: CompositeAttributes[N],
  expansion: Tensor,
): Tensor {
  const { op, shape, scope } = expansion;
  const layer: CompositeOf<N> = { name, inputs, attributes };
  return new Tensor(op, expansion.inputs, expansion.attributes, shape, scope, layer);
}

/** The layer that `tensor` is the result of, if it is called `name`. */
export function compositeNamed<N extends CompositeName>(tensor: Tensor, name: N): CompositeOf<N> | null {
  return tensor.composite?.name === name ? (tensor.composite as CompositeOf<N>) : null;
}
