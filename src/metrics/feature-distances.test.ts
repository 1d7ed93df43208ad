import { readFileSync } from 'node:fs';
import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../test/reference/named-values.ts';
import { Random } from '../core/random.ts';
import { frechetDistance, type Gaussian, gaussianOf } from './frechet.ts';
import { kernelDistance } from './kernel-distance.ts';
import { type LayerFeatures, perceptualDistance } from './perceptual-distance.ts';

interface Goldens {
  readonly gaussians: readonly { features: number; value: number }[];
  readonly sets: readonly {
    first: number;
    second: number;
    features: number;
    frechet: number;
    kernel?: number;
  }[];
  readonly layers: readonly {
    height: number;
    width: number;
    channels: number;
    name: string;
    values: number[];
  }[];
}

const goldens = JSON.parse(readFileSync('test/goldens/features.json', 'utf8')) as Goldens;

/** Rows of numbers as features.py makes them. */
function rows(name: string, count: number, length: number, map = (value: number) => value): Float32Array[] {
  const next = uniforms(name);
  return Array.from({ length: count }, () => Float32Array.from({ length }, () => map(Math.fround(next()))));
}

const gaussian = (mean: readonly number[], factor: readonly (readonly number[])[]): Gaussian => ({
  mean: Float64Array.from(mean),
  factor: new Matrix(factor.map(row => [...row])),
});

describe('the Fréchet distance of Gaussians', () => {
  test('on a line is (μ₁ − μ₂)² + (σ₁ − σ₂)²', () => {
    expect(frechetDistance(gaussian([1], [[2]]), gaussian([-2], [[0.5]]))).toBeCloseTo(9 + 1.5 ** 2, 12);
  });

  test('of diagonal covariances is the sum over axes', () => {
    const diagonal = (values: readonly number[]) =>
      values.map((value, i) => values.map((_, k) => (i === k ? value : 0)));
    const [a, b] = [gaussian([0, 1, 2], diagonal([1, 2, 3])), gaussian([3, 1, 0], diagonal([4, 0, 2.5]))];
    expect(frechetDistance(a, b)).toBeCloseTo(9 + 4 + 9 + 4 + 0.25, 12);
  });

  test('of samples that are all equal ends, and is that of a point', () => {
    const random = Random.fromSeed(3);
    const sample = () => Float32Array.from({ length: 100 }, () => Math.max(0, random.uniform() - 0.6));
    const [same, varied] = [sample(), Array.from({ length: 40 }, sample)];
    const other = gaussianOf(varied)!;
    const point = {
      ...other,
      mean: Float64Array.from(same),
      factor: new Matrix([[...new Float64Array(100)]]),
    };
    const distance = frechetDistance(gaussianOf(varied.map(() => same))!, other);
    expect(distance).toBeCloseTo(frechetDistance(point, other), 6);
  });

  test('of commuting covariances is that of their eigenvalues, in any rotation', () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const turned = (p: number, q: number) => [
      [p * c, p * s],
      [-q * s, q * c],
    ];
    const distance = frechetDistance(gaussian([0, 0], turned(3, 1)), gaussian([0, 0], turned(1, 5)));
    expect(distance).toBeCloseTo(4 + 16, 12);
  });

  test('of 2×2 covariances that do not commute has Tr(Σ₁Σ₂)^½ = √(Tr(Σ₁Σ₂) + 2 √det(Σ₁Σ₂))', () => {
    const [first, second] = [
      [
        [2, 1],
        [0, 1],
      ],
      [
        [1, -3],
        [0.5, 2],
      ],
    ];
    const [f, g] = [new Matrix(first), new Matrix(second)];
    const [a, b] = [f.transpose().mmul(f), g.transpose().mmul(g)];
    const product = a.mmul(b);
    expect(product.get(0, 1)).not.toBeCloseTo(product.get(1, 0), 3);
    const determinant = product.get(0, 0) * product.get(1, 1) - product.get(0, 1) * product.get(1, 0);
    const root = Math.sqrt(product.trace() + 2 * Math.sqrt(determinant));
    expect(frechetDistance(gaussian([0, 0], first), gaussian([0, 0], second))).toBeCloseTo(
      a.trace() + b.trace() - 2 * root,
      12,
    );
  });

  test.each(goldens.gaussians)(
    'of $features features is what SciPy’s matrix root gives',
    ({ features, value }) => {
      const [a, b] = [1, 2].map(side => {
        const next = uniforms(`factor ${side} ${features}`);
        const factor = Array.from({ length: features }, () =>
          Array.from({ length: features }, () => next() - 0.5),
        );
        const mean = uniforms(`mean ${side} ${features}`);
        return gaussian(Array.from({ length: features }, mean), factor);
      }) as [Gaussian, Gaussian];
      expect(frechetDistance(a, b)).toBeCloseTo(value, 7);
      expect(frechetDistance(b, a)).toBeCloseTo(value, 7);
      expect(frechetDistance(a, a)).toBeCloseTo(0, 10);
    },
  );
});

describe('of samples', () => {
  const random = () => Random.fromSeed(0);

  test.each(goldens.sets)(
    '$first and $second of $features features have the distances that SciPy and NumPy compute',
    ({ first, second, features, frechet, kernel }) => {
      const x = rows(`x ${features}`, first, features);
      const y = rows(`y ${features}`, second, features, value => value ** 2);
      expect(frechetDistance(gaussianOf(x)!, gaussianOf(y)!)).toBeCloseTo(frechet, 6);
      if (kernel !== undefined) expect(kernelDistance(x, y, random())!.mean).toBeCloseTo(kernel, 10);
    },
  );

  test('equal ones have distance 0', () => {
    const x = rows('x', 8, 12);
    expect(frechetDistance(gaussianOf(x)!, gaussianOf(x)!)).toBeCloseTo(0, 10);
    expect(kernelDistance(x, x, random())).toEqual({ mean: 0, interval: [0, 0], count: 8 });
  });

  test('constant ones have the squared distance of their means', () => {
    const constant = (value: number) => Array.from({ length: 5 }, () => new Float32Array(3).fill(value));
    expect(frechetDistance(gaussianOf(constant(1))!, gaussianOf(constant(3))!)).toBeCloseTo(12, 12);
  });

  test('a single sample has no distance, and few samples have no interval', () => {
    const [one] = [rows('x', 1, 4)];
    expect([gaussianOf(one), kernelDistance(one, one, random())]).toEqual([null, null]);
    expect(gaussianOf([])).toBeNull();
    expect(kernelDistance(rows('x', 3, 4), rows('y', 3, 4), random())!.interval).toBeNull();
  });

  test('NaN values are refused rather than decomposed', () => {
    const broken = [new Float32Array([1, Number.NaN]), new Float32Array([1, 2])];
    expect(() => gaussianOf(broken)).toThrow('NaN');
  });

  test('the kernel distance of equal distributions is 0 on average, and its intervals contain 0', () => {
    let [sum, held] = [0, 0];
    for (let i = 0; i < 40; i++) {
      const [x, y] = [rows(`x ${i}`, 30, 4), rows(`y ${i}`, 30, 4)];
      const { mean, interval } = kernelDistance(x, y, Random.fromSeed(i))!;
      sum += mean;
      if (interval![0] <= 0 && interval![1] >= 0) held++;
    }
    expect(Math.abs(sum / 40)).toBeLessThan(0.02);
    expect(held).toBeGreaterThan(34);
  });
});

describe('the perceptual distance', () => {
  /** Layers of both pictures, channels first or last. */
  function layer(
    side: string,
    { height, width, channels, name }: Goldens['layers'][number],
    last = false,
  ): LayerFeatures {
    const pixels = height * width;
    const [planes] = rows(`${side} ${name}`, 1, pixels * channels) as [Float32Array];
    if (!last) return { data: planes, pixels, channels, pixelStride: 1, channelStride: pixels };
    const data = planes.map((_, i) => planes[(i % channels) * pixels + Math.floor(i / channels)]!);
    return { data, pixels, channels, pixelStride: channels, channelStride: 1 };
  }
  const weightsOf = ({ name, channels }: Goldens['layers'][number]) =>
    Array.from({ length: channels }, uniforms(`weights ${name}`));

  test.each(goldens.layers)('of layer $name is what PyTorch computes, without weights and with', golden => {
    for (const last of [false, true]) {
      const pair = [[layer('image', golden, last)], [layer('truth', golden, last)]] as const;
      expect(perceptualDistance(...pair, [null])).toBeCloseTo(golden.values[0]!, 9);
      expect(perceptualDistance(...pair, [weightsOf(golden)])).toBeCloseTo(golden.values[1]!, 9);
    }
  });

  test('is the sum over layers, and 0 for equal ones', () => {
    const [images, truths] = ['image', 'truth'].map(side =>
      goldens.layers.map(golden => layer(side, golden)),
    ) as [LayerFeatures[], LayerFeatures[]];
    const sum = goldens.layers.reduce((total, { values }) => total + values[1]!, 0);
    expect(perceptualDistance(images, truths, goldens.layers.map(weightsOf))).toBeCloseTo(sum, 9);
    expect(perceptualDistance(images, images, [null, null])).toBe(0);
  });

  test('of a pixel without features is not divided by zero', () => {
    const empty = { data: new Float32Array(2), pixels: 1, channels: 2, pixelStride: 2, channelStride: 1 };
    expect(perceptualDistance([empty], [{ ...empty, data: Float32Array.of(0, 3) }], [null])).toBeCloseTo(
      1,
      9,
    );
  });
});
