export * from './composites/averages.ts';
export {
  type CompositeAttributes,
  type CompositeName,
  type CompositeOf,
  compositeNamed,
} from './composites/composite.ts';
export * from './composites/dropout.ts';
export * from './composites/norms.ts';
export * from './composites/reflect-pad.ts';
export { grad } from './grad.ts';
export { interpret } from './interpret.ts';
export * from './ops/convolution.ts';
export * from './ops/elementwise.ts';
export { type AttributesOf, type OpName, ops } from './ops/index.ts';
export { constant, fill, input } from './ops/leaf.ts';
export { broadcast, concat, pad, reshape, reverse, slice, sum, sumTo, transpose } from './ops/shape.ts';
export { printGraph } from './print.ts';
export { withScope } from './scope.ts';
export { simplify } from './simplify.ts';
export { substitute } from './substitute.ts';
export type { Attributes, Composite, Op, Tensor } from './tensor.ts';
export { topological } from './walk.ts';
