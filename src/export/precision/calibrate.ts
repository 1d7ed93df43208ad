import { clone, create } from '@bufbuild/protobuf';
import type { Image, Samples } from '../../core/image.ts';
import { encodeModel, graphOf } from '../../onnx/model.ts';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type TypeProto,
  TypeProto_TensorSchema,
  ValueInfoProtoSchema,
} from '../../onnx/onnx_pb.ts';
import { openSession } from '../../runtime/session.ts';
import type { ModelDescription } from '../description.ts';
import { feedOf } from '../image-model.ts';
import type { InputPower } from './int8.ts';
import { convolutionsOf, makeNode } from './model-pass.ts';

/** Runs pictures through a model and measures the mean squares of every convolution's input, by channel. */
export async function measurePower(
  model: ModelProto,
  description: ModelDescription,
  pictures: AsyncIterable<Image<Samples>>,
): Promise<InputPower> {
  const { observed, outputOf } = withObservers(model);
  const session = await openSession(encodeModel(observed));
  const sums = new Map<string, Float32Array>();
  try {
    for await (const picture of pictures) {
      const results = await session.run(feedOf(picture, description));
      for (const [value, output] of outputOf) {
        const means = results[output]!.data as Float32Array;
        const sum = sums.get(value) ?? new Float32Array(means.length);
        means.forEach((mean, channel) => {
          sum[channel]! += mean;
        });
        sums.set(value, sum);
      }
    }
  } finally {
    await session.release();
  }
  return sums;
}

/** A copy of the model that also outputs mean(x²) by channel of each convolution's input x. */
function withObservers(model: ModelProto): { observed: ModelProto; outputOf: Map<string, string> } {
  const observed = clone(ModelProtoSchema, model);
  const graph = graphOf(observed);
  const inputs = new Set(convolutionsOf(graph).map(({ node }) => node.input[0]!));
  const outputOf = new Map([...inputs].map((value, i) => [value, `power_${i}`]));
  for (const [input, output] of outputOf) {
    graph.node.push(
      makeNode(`${output}/square`, 'Mul', [input, input], `${output}:square`),
      makeNode(`${output}/mean`, 'ReduceMean', [`${output}:square`], output, {
        axes: [0, 2, 3],
        keepdims: 0,
      }),
    );
    const value: TypeProto['value'] = {
      case: 'tensorType',
      value: create(TypeProto_TensorSchema, { elemType: DataType.FLOAT }),
    };
    graph.output.push(create(ValueInfoProtoSchema, { name: output, type: { value } }));
  }
  return { observed, outputOf };
}
