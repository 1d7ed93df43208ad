import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
} from './onnx_pb.ts';

/** @param metadata the properties that the model carries, by key. */
export function encodeModel(model: ModelProto, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const pieces = modelPieces(model, metadata);
  const bytes = new Uint8Array(lengthOf(pieces));
  let done = 0;
  for (const piece of pieces) {
    bytes.set(piece, done);
    done += piece.length;
  }
  return bytes;
}

/**
 * An encoded model in pieces. The values of constants are pieces that are not copied. The fields of a message may come in
 * any order: here the graph is last in the model, and constants are last in the graph.
 */
export function modelPieces(
  { graph, ...model }: ModelProto,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const metadataProps = Object.entries(metadata).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  const head = toBinary(ModelProtoSchema, { ...model, metadataProps });
  if (!graph) return [head];
  const { initializer, ...nodes } = graph;
  const constants = initializer.flatMap(({ rawData, ...tensor }) => {
    const shape = toBinary(TensorProtoSchema, { ...tensor, rawData: new Uint8Array(0) });
    return framed(GraphProtoSchema.field.initializer.number, [
      shape,
      ...framed(TensorProtoSchema.field.rawData.number, [rawData]),
    ]);
  });
  const rest = toBinary(GraphProtoSchema, { ...nodes, initializer: [] });
  return [head, ...framed(ModelProtoSchema.field.graph.number, [rest, ...constants])];
}

/** A field that holds bytes or a message: its number and length, then its pieces. */
function framed(field: number, pieces: readonly Uint8Array[]): Uint8Array[] {
  const frame = new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(lengthOf(pieces));
  return [frame.finish(), ...pieces];
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

/** Throws an Error unless `bytes` are an encoded model. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return fromBinary(ModelProtoSchema, bytes);
}

/** The graph of a model that was built here. */
export function graphOf(model: ModelProto): GraphProto {
  if (!model.graph) throw new Error('Cannot change a model without a graph');
  return model.graph;
}
