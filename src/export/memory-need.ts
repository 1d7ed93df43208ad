import { elements } from '../core/shape.ts';
import { graphOf } from '../onnx/model.ts';
import type { ModelProto, NodeProto, TensorProto } from '../onnx/onnx_pb.ts';
import type { ModelDescription } from './description.ts';

/** An image inside the network: its channels, and its pixels per pixel of the condition. */
interface Extent {
  readonly channels: number;
  readonly area: number;
}

type Constants = ReadonlyMap<string, TensorProto>;

const bytesPerValue = 4;

/** Ops whose result ONNX Runtime may write over an operand that is not needed elsewhere. */
const inPlace = new Set([
  'Add',
  'Clip',
  'Div',
  'Floor',
  'LeakyRelu',
  'Mul',
  'Relu',
  'Sigmoid',
  'Sub',
  'Tanh',
]);

/**
 * Estimates the memory of running an exported model from its graph: the peak, over all nodes, of the images that are
 * still needed, the node's result and its scratch space. @param channels of the condition.
 */
export function memoryNeedOf(model: ModelProto, channels: number): NonNullable<ModelDescription['memory']> {
  const { node: nodes, initializer, input: conditions } = graphOf(model);
  const constants = new Map(initializer.map(tensor => [tensor.name, tensor]));
  const extents = new Map<string, Extent>(conditions.map(({ name }) => [name, { channels, area: 1 }]));
  const lastUse = new Map(nodes.flatMap(({ input }, i) => input.map(name => [name, i] as const)));
  const sizeOf = (name: string) => valuesOf(extents.get(name)!);
  const held = new Set(extents.keys());
  let most = 0;
  for (const [i, node] of nodes.entries()) {
    const images = node.input.filter(name => extents.has(name));
    if (images.length === 0) continue;
    const operands = images.map(name => extents.get(name)!);
    const made = extentOf(node, operands, constants);
    const ended = images.filter(name => lastUse.get(name) === i);
    const overwrites = inPlace.has(node.opType) && ended.some(name => sizeOf(name) === valuesOf(made));
    const before = [...held].reduce((sum, name) => sum + sizeOf(name), 0);
    const besides = columnsOf(node, operands, constants) + (overwrites ? 0 : valuesOf(made));
    most = Math.max(most, before + besides);
    for (const name of ended) held.delete(name);
    for (const name of node.output) {
      extents.set(name, made);
      held.add(name);
    }
  }
  const weights = initializer.reduce((sum, { dims }) => sum + elements(dims.map(Number)), 0);
  return { weights: weights * bytesPerValue, perPixel: Math.ceil(most * bytesPerValue) };
}

function extentOf(node: NodeProto, [first, ...others]: readonly Extent[], constants: Constants): Extent {
  const { channels, area } = first!;
  const kernel = () => constants.get(node.input[1]!)!.dims.map(Number);
  const steps = elements(node.attribute.find(({ name }) => name === 'strides')?.ints.map(Number) ?? []);
  switch (node.opType) {
    case 'Conv':
      return { channels: kernel()[0]!, area: area / steps };
    case 'ConvTranspose':
      return { channels: kernel()[1]!, area: area * steps };
    case 'AveragePool':
      return { channels, area: area / steps };
    case 'Resize':
      return { channels, area: 4 * area };
    case 'Concat':
      return { channels: others.reduce((sum, other) => sum + other.channels, channels), area };
    default:
      return { channels: Math.max(channels, ...others.map(other => other.channels)), area };
  }
}

/** A transposed convolution's products, before they are summed. */
function columnsOf({ opType, input }: NodeProto, [x]: readonly Extent[], constants: Constants): number {
  if (opType !== 'ConvTranspose') return 0;
  const [, ...rest] = constants.get(input[1]!)!.dims.map(Number);
  return elements(rest) * x!.area;
}

function valuesOf({ channels, area }: Extent): number {
  return channels * area;
}
