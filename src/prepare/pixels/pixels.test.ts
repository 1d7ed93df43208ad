import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';
import type { Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { createPlane, fillPlane, imageOf, lumaOf, planesOf } from '../../images/plane.ts';
import { syntheticFacade } from '../facades/index.ts';
import { gaussianBlur } from './blur.ts';
import { connectedAreas } from './components.ts';
import { throughJpeg } from './jpeg.ts';
import { addNoise } from './noise.ts';
import { backProject, project, rampFilter } from './tomography.ts';

const { photo } = syntheticFacade(Random.fromSeed(5), 48);

function rms(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
}

test('planes hold a picture’s channels, and rounding clamps', () => {
  expect(imageOf(planesOf(photo))).toEqual(photo);
  const plane = fillPlane(createPlane(3, 1), i => [-20, 100.4, 300][i]!);
  expect([...imageOf([plane]).data]).toEqual([0, 100, 255]);
});

describe('throughJpeg', () => {
  it.each([20, 50, 80])('is close to what libjpeg does at quality %i', async quality => {
    const { width, height, data } = photo;
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: '4:2:0' })
      .toBuffer();
    const reference = await sharp(bytes).raw().toBuffer();
    const loss = rms(reference, data);
    const ours = throughJpeg(photo, quality);
    // They differ in how they halve and double the colour, and in integer arithmetic.
    expect(rms(ours.data, reference)).toBeLessThan(0.6 * loss);
    expect(rms(ours.data, data) / loss).toBeCloseTo(1, 0);
  });

  it('leaves plain colours nearly as they are, at any size', () => {
    const plain: Image = { width: 9, height: 5, channels: 3, data: new Uint8Array(9 * 5 * 3).fill(120) };
    expect(rms(throughJpeg(plain, 90).data, plain.data)).toBeLessThan(2);
  });
});

test('a Gaussian blur keeps the sum and has its standard deviation', () => {
  const point = fillPlane(createPlane(41, 41), i => (i === 20 * 41 + 20 ? 1 : 0));
  const blurred = gaussianBlur(point, 3);
  let [sum, spread] = [0, 0];
  blurred.data.forEach((value, i) => {
    sum += value;
    spread += value * ((i % 41) - 20) ** 2;
  });
  expect(sum).toBeCloseTo(1, 4);
  expect(Math.sqrt(spread)).toBeCloseTo(3, 0);
  expect(gaussianBlur(point, 0)).toBe(point);
});

test('noise has the requested deviation', () => {
  const gray: Image = { width: 100, height: 100, channels: 1, data: new Uint8Array(10000).fill(128) };
  expect(rms(addNoise(gray, Random.fromSeed(1), () => 12).data, gray.data)).toBeCloseTo(12, 0);
});

test('connected areas join diagonally and don’t wrap around', () => {
  const mask = Uint8Array.from([1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1]);
  expect(connectedAreas(mask, 4)).toEqual([[0, 5], [3], [11]]);
});

describe('tomography', () => {
  it('sums along rays: at angle 0, each column falls into separate bins', () => {
    const picture = fillPlane(createPlane(4, 3), i => i + 1);
    const sinogram = project(picture, 2);
    const row = [...sinogram.data.slice(0, sinogram.width)];
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(78, 4);
  });

  it('reconstructs a disc', () => {
    const disc = fillPlane(createPlane(48, 48), i =>
      Math.hypot((i % 48) - 23.5, Math.floor(i / 48) - 23.5) < 14 ? 1 : 0,
    );
    const slice = backProject(rampFilter(project(disc, 120)), 48, 48);
    expect(slice.data[24 * 48 + 24]).toBeCloseTo(1, 1);
    expect(slice.data[2 * 48 + 2]).toBeCloseTo(0, 1);
    expect(rms(slice.data, disc.data)).toBeLessThan(0.12);
  });
});

test('luma gives green the largest weight', () => {
  const image: Image = {
    width: 3,
    height: 1,
    channels: 3,
    data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255),
  };
  expect(lumaOf(image).data.map(Math.round)).toEqual(Float32Array.of(76, 150, 29));
});
