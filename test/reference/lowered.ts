import { Random } from '../../src/core/random.ts';
import { elements } from '../../src/core/shape.ts';
import * as graph from '../../src/graph/index.ts';
import { type CompileOptions, compile } from '../../src/runtime/program.ts';

/** Largest difference between ONNX Runtime and the reference interpreter, relative to the largest value. */
export async function difference(
  outputs: Record<string, graph.Tensor>,
  options: CompileOptions,
  inputs: Record<string, Float32Array> = normalInputs(outputs),
): Promise<number> {
  const arrays = { ...inputs };
  const expected = graph.interpret(Object.values(outputs), arrays);
  for (const [name, tensor] of Object.entries(outputs))
    arrays[name] = new Float32Array(elements(tensor.shape));
  const program = await compile(outputs, options);
  await program.bind(arrays)();
  await program.release();
  const differences = Object.keys(outputs).map((name, i) => {
    const reference = expected[i]!.data;
    const scale = Math.max(
      1e-12,
      reference.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    );
    return (
      reference.reduce((worst, value, k) => Math.max(worst, Math.abs(value - arrays[name]![k]!)), 0) / scale
    );
  });
  return Math.max(...differences);
}

function normalInputs(outputs: Record<string, graph.Tensor>): Record<string, Float32Array> {
  const random = Random.fromSeed(1);
  const arrays: Record<string, Float32Array> = {};
  for (const tensor of graph.topological(Object.values(outputs))) {
    if (tensor.op.name !== 'input') continue;
    arrays[String(tensor.attributes.name)] = new Float32Array(elements(tensor.shape)).map(() =>
      random.normal(),
    );
  }
  return arrays;
}
