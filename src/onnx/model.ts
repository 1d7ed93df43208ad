import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProtoSchema,
} from './onnx_pb.ts';

/** @param metadata what the model says of itself. */
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
 * An encoded model piece by piece; tensors' numbers are pieces as they lie in memory, without a copy. Fields of a
 * message may come in any order: here the graph comes last in the model, and constants last in the graph.
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

/** Throws where `bytes` are no protocol buffer of a model's. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return fromBinary(ModelProtoSchema, bytes);
}
