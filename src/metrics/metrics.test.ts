import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../test/reference/named-values.ts';
import { createImage, type Image } from '../core/image.ts';
import { type MetricName, metricNames, metrics } from './index.ts';
import { scalesFor } from './ms-ssim.ts';

interface Golden {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** How far the picture is from its truth, in levels. */
  readonly amount: number;
  /** Null if a measure is not defined. */
  readonly values: Readonly<Record<MetricName, number | null>>;
}

const goldens = JSON.parse(readFileSync('test/goldens/metrics.json', 'utf8')) as Golden[];

describe.each(goldens)('a picture of $width×$height×$channels off by $amount levels', golden => {
  const { image, truth } = picturesOf(golden);

  test.each(metricNames)('has the %s that scikit-image and SciPy compute', name => {
    const [value, wanted] = [metrics[name].measure(image, truth), golden.values[name]];
    if (wanted === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(wanted, 9);
  });
});

describe('equal pictures', () => {
  const { truth } = picturesOf(goldens[0]!);
  test.each([
    ['l1', 0],
    ['psnr', 100],
    ['ssim', 1],
    ['msSsim', 1],
    ['sharpness', 1],
    ['sharpnessError', 0],
    ['nyquistError', 0],
    ['colours', 0],
  ] as const)('have %s %d', (name, value) => {
    expect(metrics[name].measure(truth, truth)).toBeCloseTo(value, 12);
  });
});

describe('constant pictures', () => {
  const [black, white] = [
    createImage(16, 16),
    { ...createImage(16, 16), data: new Uint8Array(768).fill(255) },
  ];

  test('are compared without dividing by zero', () => {
    const values = metricNames.map(name => [name, metrics[name].measure(white, black)]);
    expect(Object.fromEntries(values)).toMatchObject({
      l1: 2,
      psnr: 0,
      sharpness: null,
      sharpnessError: 0,
      nyquistError: 0,
      colours: 255,
    });
    expect(metrics.ssim.measure(white, black)).toBeCloseTo(0.0001, 5);
    expect(metrics.ssim.measure(black, black)).toBe(1);
    expect(metrics.msSsim.measure(white, black)).toBeCloseTo(0.0001, 5);
  });
});

describe('stripes a pixel wide', () => {
  const stripes = (amplitude: number): Image => ({
    ...createImage(32, 32),
    data: Uint8Array.from({ length: 3072 }, (_, i) => 100 + amplitude * (Math.floor(i / 3) % 2 ? 1 : -1)),
  });

  test.each(['sharpnessError', 'nyquistError'] as const)(
    'of three times the amplitude have a %s of ln 9, in either direction',
    name => {
      const { measure } = metrics[name];
      expect(measure(stripes(9), stripes(3))).toBeCloseTo(Math.log(9), 12);
      expect(measure(stripes(3), stripes(9))).toBeCloseTo(Math.log(9), 12);
    },
  );

  test('are compared with a plain picture as with one of rounding noise', () => {
    // 31 of 32 pixels have a right neighbour, which differs by 2; noise of variance 1/12 gives 1/3, and 1/1024 at the Nyquist frequency.
    expect(metrics.sharpnessError.measure(stripes(0), stripes(1))).toBeCloseTo(
      Math.log((4 * 31 * 3) / 32),
      12,
    );
    expect(metrics.nyquistError.measure(stripes(1), stripes(0))).toBeCloseTo(Math.log(1024), 12);
  });

  test('have no Nyquist error where no window fits', () => {
    const narrow = createImage(15, 32);
    expect(metrics.nyquistError.measure(narrow, narrow)).toBeNull();
  });
});

test('pictures smaller than the window have no SSIM', () => {
  const tiny = createImage(10, 40);
  expect([metrics.ssim.measure(tiny, tiny), metrics.msSsim.measure(tiny, tiny)]).toEqual([null, null]);
});

test.each([
  [10, 0],
  [11, 1],
  [87, 3],
  [88, 4],
  [128, 4],
  [176, 5],
  [1000, 5],
])('the window fits %d pixels at %d scales', (side, scales) => {
  expect(scalesFor(side)).toBe(scales);
});

test.each(metricNames)('%s refuses pictures of different sizes', name => {
  expect(() => metrics[name].measure(createImage(32, 32), createImage(32, 16))).toThrow(
    'Cannot compare an image of 32×32 and 3 channels with its truth of 32×16 and 3 channels: both must have the same size and channels',
  );
});

/** As test/goldens/metrics.py makes them. */
function picturesOf({ width, height, channels, amount }: Golden): { image: Image; truth: Image } {
  const [image, truth] = [createImage(width, height, channels), createImage(width, height, channels)];
  const count = image.data.length;
  const [noise, off] = [uniforms(`truth ${width}`), uniforms(`image ${width}`)];
  for (let i = 0; i < count; i++) {
    const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
    const value = (5 * x + 3 * y + 40 * (i % channels) + Math.floor(noise() * 60)) % 256;
    const change = Math.floor(off() * (2 * amount + 1)) - amount - Math.floor((amount + 1) / 2);
    truth.data[i] = value;
    image.data[i] = Math.min(Math.max(value + change, 0), 255);
  }
  return { image, truth };
}
