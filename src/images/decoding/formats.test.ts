import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import { createSamples, type Depth, depths, fullScale, type Image, type Samples } from '../../core/image.ts';
import { encodePng } from '../encoding/encode.ts';
import { encodeTiff } from '../encoding/encode-tiff.ts';
import { withChannels } from '../picture.ts';
import { decodeImage, decodePicture } from './decode.ts';

/** A picture that uses the whole range of its depth. */
function ramp(width: number, height: number, channels: number, depth: Depth): Image<Samples> {
  const data = createSamples(depth, width * height * channels);
  const scale = fullScale(depth) / (data.length - 1);
  for (let i = 0; i < data.length; i++) data[i] = depth === 32 ? i * scale : Math.round(i * scale);
  return { width, height, channels, data };
}

describe('TIFF', () => {
  const cases = depths.flatMap(depth => [1, 2, 3, 4, 5, 8, 12].map(channels => [depth, channels] as const));

  it.each(cases)('of %i bits keeps %i channels exactly', async (depth, channels) => {
    const image = ramp(9, 7, channels, depth);
    const { image: read, alpha } = await decodePicture(encodeTiff(image));
    expect(read).toEqual(image);
    expect(alpha).toBe(channels === 2 || channels === 4);
  });

  it.each([
    [2, false],
    [4, false],
    [5, true],
  ])('says whether the last of %i channels is opacity: %s', async (channels, alpha) => {
    const image = ramp(9, 7, channels, 16);
    expect(await decodePicture(encodeTiff(image, alpha))).toEqual({ image, alpha });
  });

  it('shows the first three of many channels', async () => {
    const image = ramp(4, 4, 5, 8);
    const { channels, data } = await decodeImage(encodeTiff(image));
    expect(channels).toBe(3);
    expect([...data.subarray(3, 6)]).toEqual([...image.data.subarray(5, 8)]);
  });

  it('refuses floats outside 0 to 1, and NaN', async () => {
    const image = ramp(2, 2, 1, 32);
    image.data[1] = 1.5;
    await expect(decodePicture(encodeTiff(image), '"a.tif"')).rejects.toThrow(
      'Cannot use "a.tif": its floats range from 0 to 1.5, expected 0 (black) to 1 (white); scale them',
    );
    image.data[1] = Number.NaN;
    await expect(decodePicture(encodeTiff(image), '"a.tif"')).rejects.toThrow('it holds NaN');
  });
});

describe('PNG', () => {
  const cases = ([8, 16] as const).flatMap(depth => [1, 2, 3, 4].map(channels => [depth, channels] as const));

  it.each(cases)('of %i bits keeps %i channels exactly', async (depth, channels) => {
    const image = ramp(9, 7, channels, depth);
    const { image: read, alpha } = await decodePicture(await encodePng(image));
    expect(read).toEqual(image);
    expect(alpha).toBe(channels % 2 === 0);
  });
});

describe('BMP', () => {
  it.each(['1', 'L', 'P', 'RGB', 'RGBA'])('of mode %s is read like Pillow reads it', async mode => {
    const folder = await temporaryFolder();
    const script = [
      'import sys; from PIL import Image',
      'rgb = Image.new("RGB", (13, 6)); rgb.putdata([(i * 3 % 256, i * 7 % 256, i * 11 % 256) for i in range(78)])',
      `image = rgb.convert("${mode}"); image.save("a.bmp")`,
      'sys.stdout.buffer.write(Image.open("a.bmp").convert("RGB").tobytes())',
    ];
    let pixels: Buffer;
    try {
      pixels = execFileSync('/usr/bin/python3', ['-c', script.join('\n')], { cwd: folder });
    } catch {
      // Without Pillow (apt install python3-pil) there is nothing to compare with.
      return;
    }
    const image = await decodeImage(join(folder, 'a.bmp'));
    expect([image.width, image.height]).toEqual([13, 6]);
    expect([...image.data]).toEqual([...pixels]);
  });

  it('with the top row first is read, too, and a truncated one is refused', async () => {
    const bytes = Buffer.alloc(54 + 2 * 4);
    bytes.write('BM', 0);
    for (const [value, at] of [
      [54, 10],
      [40, 14],
      [1, 18],
      [-2, 22],
    ] as const)
      bytes.writeInt32LE(value, at);
    bytes.writeUInt16LE(24, 28);
    bytes.set([3, 2, 1, 0, 6, 5, 4, 0], 54);
    const path = join(await temporaryFolder(), 'a.bmp');
    await writeFile(path, bytes);
    expect([...(await decodeImage(path)).data]).toEqual([1, 2, 3, 4, 5, 6]);
    await writeFile(path, bytes.subarray(0, 60));
    await expect(decodeImage(path)).rejects.toThrow(/the BMP file .* its pixels are cut off after 60 bytes/);
  });
});

it('refuses an absurd size before it allocates anything', async () => {
  const bytes = encodeTiff(ramp(2, 2, 1, 8));
  const view = new DataView(bytes.buffer);
  view.setUint32(18, 60_000, true); // width
  view.setUint32(30, 60_000, true); // height
  await expect(decodeImage(bytes)).rejects.toThrow('has too many pixels; scale it down first');
});

describe('withChannels', () => {
  const pixel = (...samples: number[]): Image => ({
    width: 1,
    height: 1,
    channels: samples.length,
    data: Uint8Array.from(samples),
  });

  it.each([
    ['gray as RGB', pixel(7), false, 3, [7, 7, 7]],
    ['gray as RGBA', pixel(7), false, 4, [7, 7, 7, 255]],
    ['RGB as gray', pixel(255, 0, 0), false, 1, [76]],
    ['RGBA as RGB, on white', pixel(255, 0, 0, 128), true, 3, [255, 127, 127]],
    ['RGBA as it is', pixel(255, 0, 0, 128), true, 4, [255, 0, 0, 128]],
    ['gray and alpha as gray, on white', pixel(0, 0), true, 1, [255]],
    ['gray as gray and alpha', pixel(9), false, 2, [9, 255]],
    ['five channels as five', pixel(1, 2, 3, 4, 5), false, 5, [1, 2, 3, 4, 5]],
  ] as const)('%s', (_, image, alpha, wanted, samples) => {
    expect([...withChannels({ image, alpha }, wanted)!.data]).toEqual(samples);
  });

  it('is undefined for five channels of unknown meaning', () => {
    expect(withChannels({ image: pixel(1, 2, 3, 4, 5), alpha: false }, 3)).toBeUndefined();
  });
});
