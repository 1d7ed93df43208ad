import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Samples, tensorToImage } from '../../src/core/image.ts';
import { Random } from '../../src/core/random.ts';
import { encodePng } from '../../src/images/encoding/encode.ts';
import { encodeTiff } from '../../src/images/encoding/encode-tiff.ts';

const [width, height] = [64, 32];

/** Pictures of all formats and depths that are read, by extension. */
async function wholeFiles(): Promise<[extension: string, bytes: Uint8Array][]> {
  const random = Random.fromSeed(1);
  const noise = (channels: number) =>
    Float32Array.from(
      { length: width * height * channels },
      (_, i) => Math.sin(i / 40) + random.uniform() / 5,
    );
  const image = (channels: number, depth: 8 | 16 | 32) =>
    tensorToImage(noise(channels), width, height, channels, depth);
  const rgb = () => sharp(image(3, 8).data as Samples, { raw: { width, height, channels: 3 } });
  return [
    ['jpg', await rgb().jpeg().toBuffer()],
    ['jpg', await rgb().toColourspace('cmyk').jpeg().toBuffer()],
    ['png', await encodePng(image(4, 8))],
    ['png', await encodePng(image(1, 16))],
    ['webp', await rgb().webp().toBuffer()],
    ['avif', await rgb().avif().toBuffer()],
    ['tif', await rgb().tiff({ compression: 'lzw' }).toBuffer()],
    ['tif', encodeTiff(image(1, 16))],
    ['tif', encodeTiff(image(5, 8))],
    ['tif', encodeTiff(image(2, 32))],
    ['bmp', bitmap(image(3, 8).data)],
  ];
}

function bitmap(rgb: Samples): Uint8Array {
  const bytes = Buffer.alloc(54 + rgb.length);
  bytes.write('BM');
  for (const [value, at] of [
    [54, 10],
    [40, 14],
    [width, 18],
    [height, 22],
  ] as const)
    bytes.writeInt32LE(value, at);
  bytes.writeUInt16LE(24, 28);
  bytes.set(rgb, 54);
  return bytes;
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const flipBits: Mutation = (bytes, random) => {
  const mutated = bytes.slice();
  const flips = 1 + random.integer(20);
  for (let i = 0; i < flips; i++) mutated[random.integer(mutated.length)]! ^= 1 << random.integer(8);
  return mutated;
};

const flipHeader: Mutation = (bytes, random) => {
  const mutated = bytes.slice();
  for (let i = 0; i < 4; i++) mutated[random.integer(Math.min(80, mutated.length))] = random.integer(256);
  return mutated;
};

const truncate: Mutation = (bytes, random) => bytes.slice(0, random.integer(bytes.length));

const repeatPart: Mutation = (bytes, random) => {
  const [from, to] = [random.integer(bytes.length), random.integer(bytes.length)];
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
};

/** Writes 60,000 wherever the width or the height stands, in either byte order. */
const claimAbsurdSize: Mutation = bytes => {
  const mutated = Buffer.from(bytes);
  for (let at = 0; at + 4 <= Math.min(mutated.length, 600); at++) {
    for (const side of [width, height]) {
      if (mutated.readUInt32BE(at) === side) mutated.writeUInt32BE(60_000, at);
      else if (mutated.readUInt32LE(at) === side) mutated.writeUInt32LE(60_000, at);
      else if (mutated.readUInt16BE(at) === side && mutated.readUInt16BE(at + 2) > 0) {
        mutated.writeUInt16BE(60_000, at);
      }
    }
  }
  return mutated;
};

const mutations = [flipBits, flipHeader, truncate, repeatPart, claimAbsurdSize];

/** Writes `count` damaged pictures of 64×32, which is a side-by-side pair, and returns their paths. */
export async function writeMutatedImages(folder: string, count: number, seed: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const whole = await wholeFiles();
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const [extension, bytes] = whole[i % whole.length]!;
    const mutate = mutations[Math.floor(i / whole.length) % mutations.length]!;
    const path = join(folder, `${String(i).padStart(4, '0')}-${mutate.name}.${extension}`);
    await writeFile(path, mutate(bytes, Random.fromSeed(seed).split(`image ${i}`)));
    paths.push(path);
  }
  return paths;
}
