import { describe, expect, it, test } from 'vitest';
import { createImage, type Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { asRgb } from '../../images/picture.ts';
import { lumaOf } from '../../images/plane.ts';
import { syntheticFacade } from '../facades/index.ts';
import { defaultValues, type PhotoTaskName, photoTasks, type TaskValues } from './index.ts';
import { skyOf } from './sky.ts';

const { photo, label } = syntheticFacade(Random.fromSeed(3), 64);
const names = Object.keys(photoTasks) as PhotoTaskName[];

function derive(name: PhotoTaskName, image: Image, values: TaskValues = {}, seed = 0): Image {
  const task = photoTasks[name];
  const derived = task.derive(image, { ...defaultValues(task), ...values }, Random.fromSeed(seed));
  return asRgb({ image: derived, alpha: false });
}

function plain(level: number, side = 32): Image {
  const image = createImage(side, side);
  image.data.fill(level);
  return image;
}

function meanOf({ data }: Image): number {
  return data.reduce((sum, sample) => sum + sample, 0) / data.length;
}

function rms(a: Image, b: Image): number {
  return Math.sqrt(a.data.reduce((sum, sample, i) => sum + (sample - b.data[i]!) ** 2, 0) / a.data.length);
}

describe.each(names)('%s', name => {
  it('derives a different picture of the same size and does not change the photo', () => {
    const before = photo.data.slice();
    const derived = derive(name, photo);
    expect([derived.width, derived.height, derived.channels]).toEqual([64, 64, 3]);
    expect(derived.data).toHaveLength(64 * 64 * 3);
    expect(rms(derived, photo)).toBeGreaterThan(1);
    expect(photo.data).toEqual(before);
  });

  it('derives the same from equal seeds', () => {
    expect(derive(name, photo, {}, 7)).toEqual(derive(name, photo, {}, 7));
  });

  it('works for pictures of any shape', () => {
    for (const [width, height] of [
      [2, 2],
      [5, 31],
      [33, 8],
    ] as const) {
      const image = createImage(width, height);
      image.data.set(Array.from(image.data, (_, i) => (i * 37) % 256));
      expect(derive(name, image).data).toHaveLength(width * height * 3);
    }
  });
});

test('colorize gives the brightness three times, fades towards the middle, and adds gray grain', () => {
  const gray = derive('colorize', photo);
  const luma = lumaOf(photo);
  for (let i = 0; i < luma.data.length; i++) {
    expect(gray.data.slice(3 * i, 3 * i + 3)).toEqual(new Uint8Array(3).fill(Math.round(luma.data[i]!)));
  }
  expect(meanOf(derive('colorize', plain(0), { fade: 0.5 }))).toBe(64);
  const grainy = derive('colorize', plain(128), { grain: 10 });
  expect(rms(grainy, plain(128))).toBeCloseTo(10, -1);
  for (let i = 0; i < grainy.data.length; i += 3) expect(grainy.data[i]).toBe(grainy.data[i + 1]);
});

test('superres keeps plain areas and loses more detail at larger scales', () => {
  const clean = { noise: 0, quality: 100, blur: 0 };
  expect(derive('superres', plain(77), clean)).toEqual(plain(77));
  const [two, four] = [2, 4].map(scale => rms(derive('superres', photo, { ...clean, scale }), photo));
  expect(four).toBeGreaterThan(1.2 * two!);
});

test.each(['boxes', 'strokes'])('inpaint covers exactly the requested share with %s', holes => {
  const holed = derive('inpaint', photo, { holes, share: 0.3 });
  let lost = 0;
  for (let i = 0; i < photo.data.length; i += 3) {
    const pixel = [...holed.data.slice(i, i + 3)];
    if (pixel.join() === '255,0,255') lost++;
    else expect(pixel).toEqual([...photo.data.slice(i, i + 3)]);
  }
  expect(lost / (64 * 64)).toBeGreaterThanOrEqual(0.3);
  expect(lost / (64 * 64)).toBeLessThan(0.45);
});

describe('edges', () => {
  it('draws the outline of a shape, in black on white', () => {
    const image = plain(230, 64);
    for (let y = 20; y < 44; y++) image.data.fill(40, (y * 64 + 16) * 3, (y * 64 + 48) * 3);
    const drawing = derive('edges', image);
    const dark = (x: number, y: number) => drawing.data[(y * 64 + x) * 3]! < 100;
    expect([dark(32, 19) || dark(32, 20), dark(32, 43) || dark(32, 44)]).toEqual([true, true]);
    expect([dark(15, 32) || dark(16, 32), dark(47, 32) || dark(48, 32)]).toEqual([true, true]);
    expect([dark(32, 32), dark(5, 5), dark(58, 32)]).toEqual([false, false, false]);
  });

  it('draws nothing in plain areas, and no specks', () => {
    expect(derive('edges', plain(90))).toEqual(plain(255));
    const speck = plain(90, 64);
    speck.data.fill(140, (30 * 64 + 30) * 3, (30 * 64 + 31) * 3);
    expect(derive('edges', speck, { shortest: 0.2 })).toEqual(plain(255, 64));
  });

  it('draws more with more detail', () => {
    const [few, many] = [0, 1].map(detail => meanOf(derive('edges', photo, { detail })));
    expect(many).toBeLessThan(few!);
  });
});

test('denoise adds the requested noise', () => {
  expect(
    rms(derive('denoise', plain(128, 64), { kind: 'gaussian', noise: 20 }), plain(128, 64)),
  ).toBeGreaterThan(8);
  const salted = derive('denoise', plain(128, 64), { kind: 'salt', noise: 120 });
  expect(new Set(salted.data)).toEqual(new Set([0, 128, 255]));
});

test.each(['motion', 'defocus', 'gaussian'])('deblur: %s keeps the light and spreads a point', kind => {
  const point = plain(0, 33);
  point.data.fill(255, (16 * 33 + 16) * 3, (16 * 33 + 17) * 3);
  const blurred = derive('deblur', point, { kind, radius: 2 });
  const light = blurred.data.reduce((sum, sample) => sum + sample, 0);
  expect(light).toBeGreaterThan(0.9 * 3 * 255);
  expect(light).toBeLessThan(1.1 * 3 * 255);
  expect(blurred.data.filter(sample => sample > 0).length).toBeGreaterThan(6);
  expect(derive('deblur', plain(50), { kind })).toEqual(plain(50));
});

test('day2night darkens, more so for dark night, and turns blue', () => {
  const [dusk, night] = [0, 1].map(darkness => derive('day2night', photo, { darkness, lamps: 0 }));
  expect(meanOf(dusk!)).toBeLessThan(meanOf(photo));
  expect(meanOf(night!)).toBeLessThan(0.8 * meanOf(dusk!));
  const channel = (c: number) => meanOf({ ...night!, data: night!.data.filter((_, i) => i % 3 === c) });
  expect(channel(2)).toBeGreaterThan(channel(0));
});

test('the sky is the bright, smooth area below the upper edge', () => {
  const image = plain(60, 64);
  image.data.fill(210, 0, 64 * 24 * 3);
  const sky = skyOf(image);
  expect(sky.data[10 * 64 + 32]).toBeCloseTo(1, 3);
  expect(sky.data[50 * 64 + 32]).toBeCloseTo(0, 3);
  expect(Math.max(...skyOf(plain(60)).data)).toBe(0);
});

test('lowdose reconstructs the picture from many photons, and is noisier with fewer', () => {
  const original = photoTasks.lowdose.original!(photo);
  expect([original.channels, original.data instanceof Uint16Array]).toEqual([1, true]);
  const gray = asRgb({ image: original, alpha: false });
  const error = (photons: number) => rms(derive('lowdose', photo, { photons, views: 360 }), gray);
  const [bright, dim] = [error(1e9), error(2000)];
  expect(bright).toBeLessThan(13); // interpolation softens edges
  expect(dim).toBeGreaterThan(bright + 5);
});

test('stylize keeps plain areas and smooths detailed ones', () => {
  expect(derive('stylize', plain(100))).toEqual(plain(100));
  const noisy = derive('denoise', plain(128), { kind: 'gaussian', noise: 20 });
  expect(rms(derive('stylize', noisy, { saturation: 1 }), plain(128))).toBeLessThan(
    0.6 * rms(noisy, plain(128)),
  );
});

test('tasks also accept label maps', () => {
  expect(derive('edges', label).data).toHaveLength(64 * 64 * 3);
});
