import { simplify, type Tensor } from '../graph/index.ts';
import { GraphBuilder } from '../onnx/builder.ts';
import { Emitter, type Segment, type Target } from './emitter.ts';

/** A graph translated for a target, and where its inputs and outputs are in the arrays that hold them. */
export interface Lowered {
  /** Encoded ONNX ModelProto. */
  readonly model: Uint8Array;
  /** ONNX inputs by graph input; several may be views of one array. */
  readonly inputs: ReadonlyMap<string, readonly Segment[]>;
  /** ONNX outputs by graph output; together they fill the output's array. */
  readonly outputs: ReadonlyMap<string, readonly Segment[]>;
}

/**
 * Translates the graph that computes `outputs` (by name) into an ONNX model for `target`.
 * @param builder an ONNX graph to append to; default: a new one.
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  target: Target,
  builder = new GraphBuilder(),
): Lowered {
  const emit = new Emitter(target, builder);
  const taken = new Set<string>();
  const lowered = new Map<string, readonly Segment[]>();
  for (const [name, tensor] of Object.entries(simplify(outputs))) {
    const segments = emit.segments(tensor).map((segment, i) => {
      // An ONNX output must be the result of a node, and of no other output's; in separate regions, equal nodes are not shared.
      const direct = emit.builder.isNodeOutput(segment.value) && !taken.has(segment.value);
      const part = `${name}.${i}`;
      const value = direct
        ? segment.value
        : emit.builder.inRegion(part, () => emit.builder.node('Identity', [segment.value], {}, part));
      taken.add(value);
      emit.builder.output(value, segment.shape);
      return { ...segment, value };
    });
    lowered.set(name, segments);
  }
  return { model: emit.builder.build(), inputs: emit.inputs, outputs: lowered };
}
