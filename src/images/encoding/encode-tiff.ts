import { UserError } from '../../core/errors.ts';
import { type Depth, depthOf, type Image, type Samples } from '../../core/image.ts';

const [short, long] = [3, 4];

/** A picture's size, channels and depth. */
export interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly depth: Depth;
  /** Whether the last channel is opacity; by default it is if there are two or four. */
  readonly alpha?: boolean;
}

/** Encodes a TIFF file, uncompressed. Throws {@link UserError} beyond 4 GB. */
export function encodeTiff(
  image: Image<Samples>,
  alpha = image.channels === 2 || image.channels === 4,
): Uint8Array {
  const header = tiffHeader({ ...image, depth: depthOf(image), alpha });
  const samples = new Uint8Array(image.data.buffer, image.data.byteOffset, image.data.byteLength);
  const bytes = new Uint8Array(header.length + samples.length);
  bytes.set(header);
  bytes.set(samples, header.length);
  return bytes;
}

/**
 * The header of a TIFF file of any number of channels and any depth, with uncompressed samples behind it (TIFF 6.0,
 * sections 2 to 6 and 19). Three channels besides opacity are RGB; otherwise all but the first are unspecified extra
 * samples. Throws {@link UserError} beyond 4 GB, the limit of its 32-bit offsets.
 */
export function tiffHeader(shape: PictureShape): Uint8Array {
  const { width, height, channels, depth, alpha = channels === 2 || channels === 4 } = shape;
  const isRgb = channels - (alpha ? 1 : 0) === 3;
  const extra = channels - (isRgb ? 3 : 1);
  const perSample = (value: number, count = channels) => new Array<number>(count).fill(value);
  const length = (width * height * channels * depth) / 8;
  const fields: Field[] = [
    [256, long, [width]],
    [257, long, [height]],
    [258, short, perSample(depth)],
    [259, short, [1]], // not compressed
    [262, short, [isRgb ? 2 : 1]],
    [273, long, [0]], // offset of the pixels, set below
    [277, short, [channels]],
    [278, long, [height]],
    [279, long, [length]],
    [284, short, [1]], // interleaved
    ...(extra > 0 ? [[338, short, [...perSample(0, extra - 1), alpha ? 2 : 0]] satisfies Field] : []),
    [339, short, perSample(depth === 32 ? 3 : 1)],
  ];
  const headerLength = 8 + 2 + 12 * fields.length + 4;
  const valuesLength = fields.reduce((sum, field) => sum + outsideLength(field), 0);
  const start = Math.ceil((headerLength + valuesLength) / 8) * 8;
  if (start + length > 2 ** 32) {
    throw new UserError(
      `Cannot write ${width}×${height} pixels of ${channels} channels and ${depth} bits: a TIFF file holds at most 4 GB; cut the image into parts`,
    );
  }
  fields.find(([tag]) => tag === 273)![2] = [start];
  const bytes = new Uint8Array(start);
  writeHeader(new DataView(bytes.buffer), fields, headerLength);
  return bytes;
}

type Field = [tag: number, type: number, values: number[]];

/** Little-endian, as on every machine that Node runs on. */
function writeHeader(view: DataView, fields: readonly Field[], headerLength: number): void {
  view.setUint32(0, 0x002a4949, true);
  view.setUint32(4, 8, true);
  view.setUint16(8, fields.length, true);
  let outside = headerLength;
  fields.forEach((field, i) => {
    const [tag, type, values] = field;
    const at = 10 + 12 * i;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, values.length, true);
    let to = at + 8;
    if (outsideLength(field) > 0) {
      view.setUint32(to, outside, true);
      to = outside;
      outside += outsideLength(field);
    }
    for (const [k, value] of values.entries()) {
      if (type === short) view.setUint16(to + 2 * k, value, true);
      else view.setUint32(to + 4 * k, value, true);
    }
  });
}

/** Bytes of the values that don't fit into the four bytes of their entry. */
function outsideLength([, type, { length }]: Field): number {
  const bytes = (type === short ? 2 : 4) * length;
  return bytes > 4 ? bytes : 0;
}
