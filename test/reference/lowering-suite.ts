import { describe, expect, it, test } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { elements, type Shape } from '../../src/core/shape.ts';
import * as graph from '../../src/graph/index.ts';
import type { CompileOptions } from '../../src/runtime/program.ts';
import { difference } from './lowered.ts';
import { opCases } from './op-cases.ts';

/** A convolution and all its first and second derivatives. */
function convolutionFamily(x: graph.Tensor, kernel: graph.Tensor, attributes: graph.ConvAttributes) {
  const y = graph.add(graph.conv2d(x, kernel, attributes), graph.input('bias', [kernel.shape[3]!]));
  const weight = graph.input('weight', y.shape);
  const scalar = graph.sum(graph.multiply(graph.square(y), weight), [0, 1, 2, 3]);
  const [gx, gk] = graph.grad(scalar, [x, kernel]) as [graph.Tensor, graph.Tensor];
  const [gxx] = graph.grad(graph.sum(graph.square(gx), [0, 1, 2, 3]), [kernel]) as [graph.Tensor];
  return { y, gx, gk, gxx };
}

const sizes: [name: string, x: Shape, kernel: Shape, stride: number, padding: number[]][] = [
  ['4×4 stride 2', [1, 16, 16, 20], [4, 4, 20, 24], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, batch', [2, 12, 20, 18], [4, 4, 18, 5], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, few channels', [1, 32, 32, 3], [4, 4, 3, 8], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, six channels', [1, 16, 16, 6], [4, 4, 6, 8], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, batch of six', [6, 8, 8, 5], [4, 4, 5, 8], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, few pixels', [1, 4, 4, 33], [4, 4, 33, 7], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, down to one pixel', [1, 2, 2, 17], [4, 4, 17, 9], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, odd size', [1, 19, 23, 17], [4, 4, 17, 4], 2, [1, 2, 1, 1]],
  ['4×4 stride 2, minimal filtering', [1, 40, 32, 18], [4, 4, 18, 6], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, minimal filtering, batch', [2, 36, 20, 17], [4, 4, 17, 20], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, minimal filtering, odd size', [1, 33, 41, 17], [4, 4, 17, 5], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, minimal filtering, padded unevenly', [1, 35, 38, 17], [4, 4, 17, 5], 2, [0, 3, 1, 3]],
  ['4×4 stride 2, odd number of outputs', [1, 34, 38, 17], [4, 4, 17, 5], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, many pixels for few channels', [1, 64, 64, 3], [4, 4, 3, 5], 2, [1, 1, 1, 1]],
  ['4×4 stride 2, Conv on WebGPU, six channels', [1, 128, 128, 6], [4, 4, 6, 2], 2, [1, 1, 1, 1]],
  ['3×3 stride 1, Conv on WebGPU', [1, 64, 65, 5], [3, 3, 5, 3], 1, [1, 1, 1, 1]],
  ['4×4 stride 1, same', [1, 17, 18, 19], [4, 4, 19, 6], 1, [1, 1, 2, 2]],
  ['4×4 stride 1, shrinking', [1, 14, 15, 18], [4, 4, 18, 6], 1, [1, 1, 1, 1]],
  ['5×5 stride 2', [1, 22, 24, 17], [5, 5, 17, 3], 2, [2, 2, 2, 2]],
  ['3×3 stride 1', [2, 9, 11, 20], [3, 3, 20, 21], 1, [1, 1, 1, 1]],
  ['3×3 stride 3', [1, 30, 27, 18], [3, 3, 18, 5], 3, [0, 0, 0, 0]],
  ['1×1', [1, 9, 9, 20], [1, 1, 20, 6], 1, [0, 0, 0, 0]],
  ['7×7 stride 1', [1, 12, 12, 17], [7, 7, 17, 4], 1, [3, 3, 3, 3]],
];

const upsampled: [name: string, low: Shape, kernel: Shape, padding: number[]][] = [
  ['large', [1, 12, 10, 18], [4, 4, 18, 20], [1, 1, 2, 2]],
  ['minimal filtering', [1, 18, 16, 19], [4, 4, 19, 20], [1, 1, 2, 2]],
  ['minimal filtering, batch', [3, 8, 12, 17], [4, 4, 17, 18], [1, 1, 2, 2]],
  ['large, odd', [1, 17, 18, 18], [4, 4, 18, 20], [1, 1, 2, 2]],
  ['batch', [2, 6, 7, 17], [4, 4, 17, 18], [1, 1, 2, 2]],
  ['batch of small ones', [4, 4, 4, 18], [4, 4, 18, 20], [1, 1, 2, 2]],
  ['one row', [1, 1, 26, 5], [4, 4, 5, 20], [1, 1, 2, 2]],
  ['few outputs', [1, 8, 9, 20], [4, 4, 20, 3], [1, 1, 2, 2]],
  ['smallest that is decomposed', [1, 5, 5, 6], [4, 4, 6, 17], [1, 1, 2, 2]],
  ['small, direct', [1, 2, 3, 20], [4, 4, 20, 18], [1, 1, 2, 2]],
  ['padded the other way', [1, 6, 6, 5], [4, 4, 5, 20], [2, 2, 1, 1]],
  ['3×3 kernel', [1, 6, 8, 5], [3, 3, 5, 20], [1, 1, 1, 1]],
  ['5×5 kernel', [1, 6, 6, 4], [5, 5, 4, 17], [2, 2, 2, 2]],
];

/** Tests that a way of running graphs gives what the reference interpreter does. */
export function testLowering(options: CompileOptions, tolerance: number): void {
  describe('every op on ONNX Runtime equals the reference interpreter', () => {
    for (const [name, cases] of Object.entries(opCases)) {
      it.each(cases.map((example, i) => [example.title, i] as const))(`${name}: %s`, async (_, i) => {
        const { inputs, build } = cases[i]!;
        const tensors = inputs.map(({ shape }, k) => graph.input(`x${k}`, shape));
        const random = Random.fromSeed(i);
        const values = inputs.map(({ shape, draw }, k) => [
          `x${k}`,
          new Float32Array(elements(shape)).map(() => draw(random)),
        ]);
        expect(await difference({ y: build(...tensors) }, options, Object.fromEntries(values))).toBeLessThan(
          tolerance,
        );
      });
    }
  });
  it('one tensor under three names has its values under each', async () => {
    const y = graph.add(graph.input('x', [2, 3]), 1);
    expect(await difference({ a: y, b: y, c: y }, options)).toBeLessThan(tolerance);
  });
  testConvolutions(options, tolerance);
}

/** Tests convolutions alone. */
export function testConvolutions(options: CompileOptions, tolerance: number): void {
  describe('a convolution, its gradients and their gradients equal the reference interpreter', () => {
    test.each(sizes)('%s', async (_, x, kernel, stride, padding) => {
      const family = convolutionFamily(graph.input('x', x), graph.input('kernel', kernel), {
        stride,
        padding,
      });
      expect(await difference(family, options)).toBeLessThan(tolerance);
    });
  });

  describe('a convolution of an upsampled image equals the reference interpreter', () => {
    test.each(upsampled)('%s', async (_, low, kernel, padding) => {
      const x = graph.input('x', low);
      const w = graph.input('kernel', kernel);
      const y = graph.add(
        graph.conv2d(graph.upsample2d(x), w, { stride: 1, padding }),
        graph.input('bias', [kernel[3]!]),
      );
      const scalar = graph.sum(graph.multiply(graph.square(y), graph.input('weight', y.shape)), [0, 1, 2, 3]);
      const [gx, gw] = graph.grad(scalar, [x, w]) as [graph.Tensor, graph.Tensor];
      expect(await difference({ y, gx, gw }, options)).toBeLessThan(tolerance);
    });
  });
}

/** A kernel's gradient whose shifted images are so large that WebGPU's lowering takes the taps in groups. */
export function testLargeKernelGradient(options: CompileOptions, tolerance: number): void {
  it('a kernel’s gradient from a large image equals the reference interpreter', async () => {
    const kernel = graph.input('kernel', [4, 4, 260, 1]);
    const y = graph.conv2d(graph.input('x', [1, 66, 66, 260]), kernel, { stride: 1, padding: [1, 1, 2, 2] });
    const scalar = graph.sum(graph.multiply(y, graph.input('weight', y.shape)), [0, 1, 2, 3]);
    const [gradient] = graph.grad(scalar, [kernel]) as [graph.Tensor];
    expect(await difference({ gradient }, options)).toBeLessThan(tolerance);
  });
}
