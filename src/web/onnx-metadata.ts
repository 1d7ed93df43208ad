const METADATA = 14;
const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** Bytes of what follows, by wire type; a string's length is in the file, and a varint has been read by then. */
const lengths: Readonly<Record<number, number>> = { [VARINT]: 0, 1: 8, 5: 4 };

/** `metadata_props` of an encoded ModelProto; null if the file ends too early or is something else. */
export function metadataIn(file: Uint8Array): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const field of fieldsOf(file)) {
    if (field === null) return null;
    if (field.number !== METADATA) continue;
    const [key, value] = [...fieldsOf(field.content)].map(each => new TextDecoder().decode(each?.content));
    if (key !== undefined && value !== undefined) found.set(key, value);
  }
  return found;
}

interface Field {
  readonly number: number;
  readonly content: Uint8Array;
}

/** The fields of a Protocol Buffers message; null in place of one that is damaged, which is the last. */
function* fieldsOf(message: Uint8Array): Generator<Field | null> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let place = 1; ; place *= 128) {
      const byte = message[at++] ?? Number.NaN;
      value += (byte % 128) * place;
      if (!(byte >= 128)) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const type = tag % 8;
    if (type === VARINT) varint();
    const length = type === LENGTH_DELIMITED ? varint() : lengths[type];
    if (length === undefined || !(at + length <= message.length)) return yield null;
    yield { number: Math.floor(tag / 8), content: message.subarray(at, at + length) };
    at += length;
  }
}
