import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { saveBytes, savePicture, temporaryFolder, testPicture } from '../../../test/data-fixtures.ts';
import { UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { encodePng } from '../encoding/encode.ts';
import { decodeImage } from './decode.ts';

const raw = (data: Uint8Array, width: number, height: number, channels: 1 | 2 | 3 | 4) =>
  sharp(data, { raw: { width, height, channels } });

describe('decodeImage', () => {
  it('reads what encodePng wrote, from a file and from bytes', async () => {
    const image = testPicture(7, 5);
    const path = await saveBytes(join(await temporaryFolder(), 'a.png'), await encodePng(image));
    expect(await decodeImage(path)).toEqual(image);
    expect(await decodeImage(await encodePng(image))).toEqual(image);
  });

  it.each(['jpg', 'webp', 'avif', 'tiff'])('reads %s', async extension => {
    const flat: Image = { width: 16, height: 8, channels: 3, data: new Uint8Array(16 * 8 * 3).fill(100) };
    const path = await savePicture(join(await temporaryFolder(), `a.${extension}`), flat);
    const { data, ...shape } = await decodeImage(path);
    expect(shape).toEqual({ width: 16, height: 8, channels: 3 });
    expect(Math.abs(data[0]! - 100)).toBeLessThanOrEqual(2);
  });

  it('turns a picture upright according to its EXIF orientation', async () => {
    const sideways = await raw(Uint8Array.of(255, 0, 0, 0, 0, 255), 2, 1, 3)
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const { width, height, data } = await decodeImage(sideways);
    expect({ width, height, data: [...data] }).toEqual({ width: 1, height: 2, data: [255, 0, 0, 0, 0, 255] });
  });

  it('converts gray and CMYK to three channels of sRGB', async () => {
    const gray = await raw(Uint8Array.of(0, 100, 255), 3, 1, 1)
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect([...(await decodeImage(gray)).data]).toEqual([0, 0, 0, 100, 100, 100, 255, 255, 255]);
    const white = new Uint8Array(8 * 8 * 3).fill(255);
    const cmyk = await raw(white, 8, 8, 3).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const decoded = await decodeImage(cmyk);
    expect(decoded.channels).toBe(3);
    expect(Math.min(...decoded.data)).toBeGreaterThan(245);
  });

  it('blends transparency with white', async () => {
    const half = await raw(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 128), 2, 1, 4)
      .png()
      .toBuffer();
    expect([...(await decodeImage(half)).data]).toEqual([255, 255, 255, 255, 127, 127]);
  });

  it('scales 16 bits to 8', async () => {
    const samples = Uint16Array.of(0, 257 * 100, 32896, 65535);
    for (const space of ['grey16', 'rgb16'] as const) {
      const channels = space === 'grey16' ? 1 : 3;
      const deep = Uint16Array.from([...samples].flatMap(sample => Array(channels).fill(sample)));
      const png = await sharp(deep, { raw: { width: 4, height: 1, channels } })
        .toColourspace(space)
        .png()
        .toBuffer();
      expect((await sharp(png).metadata()).depth).toBe('ushort');
      const levels = [0, 100, 128, 255].flatMap(level => [level, level, level]);
      expect([...(await decodeImage(png)).data]).toEqual(levels);
    }
  });
});

describe('decodeImage on bad input', () => {
  async function failureOn(path: string): Promise<string> {
    const error = await decodeImage(path).catch(error => error);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).not.toContain('\n');
    return error.message;
  }

  it('names a missing file', async () => {
    const path = join(await temporaryFolder(), 'none.png');
    expect(await failureOn(path)).toBe(`Cannot read "${path}": it does not exist`);
  });

  it('names a folder', async () => {
    const folder = await temporaryFolder();
    expect(await failureOn(folder)).toBe(`Cannot read "${folder}": it is a folder, expected an image file`);
  });

  it('names an empty file', async () => {
    const path = await saveBytes(join(await temporaryFolder(), 'empty.jpg'), '');
    expect(await failureOn(path)).toBe(`Cannot decode "${path}": the file is empty (0 bytes)`);
  });

  it('names a text file called .png', async () => {
    const path = await saveBytes(join(await temporaryFolder(), 'text.png'), 'not a picture, just words');
    expect(await failureOn(path)).toBe(
      `Cannot decode "${path}": it is not an image; supported formats are JPEG, PNG, WebP, AVIF, TIFF and BMP`,
    );
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('says that a %s is truncated', async format => {
    const { data } = testPicture(64, 64);
    const whole = await raw(data, 64, 64, 3).toFormat(format).toBuffer();
    for (const part of [0.97, 0.5, 0.1]) {
      const length = Math.floor(whole.length * part);
      const path = await saveBytes(join(await temporaryFolder(), `cut.${format}`), whole.subarray(0, length));
      expect(await failureOn(path)).toMatch(
        /^Cannot decode ".*": the \w+ file is truncated or damaged after \d+ bytes; copy it again or remove it$/,
      );
    }
  });

  it('passes on the reason for other damage', async () => {
    const { data } = testPicture(64, 64);
    const whole = await raw(data, 64, 64, 3).tiff({ compression: 'jpeg' }).toBuffer();
    const path = await saveBytes(
      join(await temporaryFolder(), 'cut.tiff'),
      whole.subarray(0, whole.length * 0.97),
    );
    expect(await failureOn(path)).toMatch(
      /^Cannot decode ".*": the TIFF file is damaged or of an unsupported kind: ./,
    );
  });

  it('names bytes by the given name', async () => {
    await expect(decodeImage(new Uint8Array(0), 'the upload')).rejects.toThrow('Cannot decode the upload: ');
  });
});

function rgbaOf(pixel: Uint8Array): number[] {
  const [first = 0, second = 255, third, fourth = 255] = pixel;
  return third === undefined ? [first, first, first, second] : [first, second, third, fourth];
}

describe('encodePng', () => {
  it.each([1, 2, 3, 4] as const)('keeps %i channels', async channels => {
    const data = Uint8Array.from({ length: 6 * channels }, (_, i) => i * 9);
    const png = await encodePng({ width: 3, height: 2, channels, data });
    expect((await sharp(png).metadata()).channels).toBe(channels);
    const rgba = Array.from({ length: 6 }, (_, i) => rgbaOf(data.subarray(i * channels, (i + 1) * channels)));
    expect([...(await sharp(png).ensureAlpha().raw().toBuffer())]).toEqual(rgba.flat());
  });
});
