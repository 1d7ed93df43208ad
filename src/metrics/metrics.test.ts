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
  readonly values: Readonly<Record<MetricName, number>>;
}

const goldens = JSON.parse(readFileSync('test/goldens/metrics.json', 'utf8')) as Golden[];

describe.each(goldens)('a picture of $width×$height×$channels off by $amount levels', golden => {
  const { image, truth } = picturesOf(golden);

  test.each(metricNames)('has the %s that scikit-image and SciPy compute', name => {
    expect(metrics[name].measure(image, truth)).toBeCloseTo(golden.values[name], 9);
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
    expect(Object.fromEntries(values)).toMatchObject({ l1: 2, psnr: 0, sharpness: null, colours: 255 });
    expect(metrics.ssim.measure(white, black)).toBeCloseTo(0.0001, 5);
    expect(metrics.ssim.measure(black, black)).toBe(1);
    expect(metrics.msSsim.measure(white, black)).toBeCloseTo(0.0001, 5);
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
    'Cannot compare a picture of 32×32 and 3 channels with its truth of 32×16 and 3 channels: both must have the same size and channels',
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
