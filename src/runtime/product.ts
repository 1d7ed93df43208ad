import * as ort from 'onnxruntime-node';
import { GraphBuilder } from '../onnx/builder.ts';

/** A square matrix product of ONNX Runtime's, to learn the best rate that a machine's GEMM reaches. */
export async function compileProduct(size: number, threads: number): Promise<() => Promise<void>> {
  const builder = new GraphBuilder();
  const shape = [size, size];
  const [a, b] = [builder.input('a', shape), builder.input('b', shape)];
  const product = builder.node('MatMul', [a, b]);
  builder.output(product, shape);
  const session = await ort.InferenceSession.create(builder.build(), { intraOpNumThreads: threads });
  const matrix = () => new ort.Tensor('float32', new Float32Array(size * size).fill(0.5), shape);
  const [feeds, fetches] = [{ a: matrix(), b: matrix() }, { [product]: matrix() }];
  return async () => {
    await session.run(feeds, fetches);
  };
}
