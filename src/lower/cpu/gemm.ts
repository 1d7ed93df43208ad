import type { NodeAttributes } from '../../onnx/builder.ts';
import type { Emitter } from '../emitter.ts';

export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Added to the product; broadcasts. */
  readonly plus?: string | undefined;
}

/** A·B (+ plus), matrices. */
export function gemm(emit: Emitter, a: string, b: string, options: GemmOptions = {}): string {
  const attributes: NodeAttributes = {
    ...(options.transposeA ? { transA: 1 } : {}),
    ...(options.transposeB ? { transB: 1 } : {}),
  };
  return emit.node('Gemm', options.plus === undefined ? [a, b] : [a, b, options.plus], attributes);
}

/** Σ Aᵢ·Bᵢ (+ plus): each product adds the running sum as its third operand, so no sum node is needed. */
export function sumOfProducts(
  emit: Emitter,
  products: readonly (readonly [a: string, b: string])[],
  options: GemmOptions = {},
): string {
  return products.reduce<string | undefined>(
    (plus, [a, b]) => gemm(emit, a, b, { ...options, plus }),
    options.plus,
  )!;
}
