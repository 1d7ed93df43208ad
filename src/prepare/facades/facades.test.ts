import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { type FacadeClass, facadeClasses, syntheticFacade, syntheticFacades } from './index.ts';

const series = (count: number, size: number | [number, number], seed = 1) => [
  ...syntheticFacades({ count, size, seed }),
];

/** The class of every pixel; undefined if the colour is none of the palette's. */
function classesOf(label: Image): (FacadeClass | undefined)[] {
  const names = new Map(facadeClasses.map(({ name, color }) => [color.join(), name]));
  return Array.from({ length: label.width * label.height }, (_, i) =>
    names.get(label.data.subarray(3 * i, 3 * i + 3).join()),
  );
}

/** The mean sample of some channels of the photo where the label says `wanted`. */
function meanOf(
  photo: Image,
  classes: readonly (string | undefined)[],
  wanted: FacadeClass,
  channels: readonly number[],
): number {
  const pixels = classes.flatMap((name, i) => (name === wanted ? [i] : []));
  const sum = pixels.reduce(
    (total, i) => total + channels.reduce((all, c) => all + photo.data[3 * i + c]!, 0),
    0,
  );
  return sum / pixels.length / channels.length;
}

describe('label maps', () => {
  it('have only colours of the palette', () => {
    for (const { label } of series(12, 64)) expect(classesOf(label)).not.toContain(undefined);
  });

  it('use all twelve classes over a few dozen facades', () => {
    const seen = new Set(series(40, 64).flatMap(({ label }) => classesOf(label)));
    expect([...seen].sort()).toEqual(facadeClasses.map(({ name }) => name).sort());
  });

  it('have walls, windows and a door on every facade', () => {
    for (const { label } of series(30, 64)) {
      expect(classesOf(label)).toEqual(expect.arrayContaining(['facade', 'window', 'door']));
    }
  });

  it('have about as much wall and window as the CMP facades', () => {
    const classes = series(40, 64, 3).flatMap(({ label }) => classesOf(label));
    const share = (name: FacadeClass) => classes.filter(other => other === name).length / classes.length;
    expect(share('facade')).toBeGreaterThan(0.25);
    expect(share('facade')).toBeLessThan(0.6);
    expect(share('window')).toBeGreaterThan(0.07);
    expect(share('window')).toBeLessThan(0.25);
    expect(share('background')).toBeGreaterThan(0.1);
  });
});

describe('photos', () => {
  it('are less red in the windows than on the wall of the same facade', () => {
    for (const { label, photo } of series(20, 96)) {
      const classes = classesOf(label);
      expect(meanOf(photo, classes, 'window', [0])).toBeLessThan(meanOf(photo, classes, 'facade', [0]) - 15);
    }
  });

  it('are on average much darker in the windows than on the walls', () => {
    const facades = series(20, 96).map(({ label, photo }) => ({ photo, classes: classesOf(label) }));
    const mean = (name: FacadeClass) =>
      facades.reduce((sum, { photo, classes }) => sum + meanOf(photo, classes, name, [0, 1, 2]), 0) /
      facades.length;
    expect(mean('facade') - mean('window')).toBeGreaterThan(40);
  });

  it('change where the label changes, to the pixel', () => {
    // Horizontal steps in brightness at the sides of windows outweigh those two pixels further out.
    let atEdge = 0;
    let beside = 0;
    for (const { label, photo } of series(8, 128)) {
      const classes = classesOf(label);
      const step = (i: number) => Math.abs(photo.data[3 * i]! - photo.data[3 * i - 3]!);
      for (let i = 3; i < classes.length; i++) {
        if (classes[i] !== 'window' || classes[i - 1] !== 'facade' || classes[i - 3] !== 'facade') continue;
        atEdge += step(i);
        beside += step(i - 2);
      }
    }
    expect(atEdge).toBeGreaterThan(2 * beside);
  });

  it('are warm: walls are redder than blue', () => {
    for (const { label, photo } of series(12, 64)) {
      const mean = (channel: number) => meanOf(photo, classesOf(label), 'facade', [channel]);
      expect(mean(0)).toBeGreaterThan(mean(2) + 5);
    }
  });
});

describe('facades', () => {
  it('are the same for the same seed and different for another', () => {
    expect(series(2, 48, 7)).toEqual(series(2, 48, 7));
    expect(series(1, 48, 7)).not.toEqual(series(1, 48, 8));
  });

  it('depend only on the seed and their number', () => {
    expect(series(5, 32).slice(0, 2)).toEqual(series(2, 32));
  });

  it('differ along a series and along a stream', () => {
    const [first, second] = series(2, 48);
    expect(first!.label.data).not.toEqual(second!.label.data);
    const random = Random.fromSeed(1);
    expect(syntheticFacade(random, 48)).not.toEqual(syntheticFacade(random, 48));
  });

  it('are named by their index', () => {
    expect(series(3, 16).map(({ name }) => name)).toEqual(['0001', '0002', '0003']);
  });

  it('come in any size, square or not, odd or even', () => {
    const side = fc.integer({ min: 16, max: 150 });
    fc.assert(
      fc.property(fc.integer(), side, side, (seed, height, width) => {
        const { label, photo } = syntheticFacade(Random.fromSeed(seed), [height, width]);
        for (const image of [label, photo]) {
          expect([image.height, image.width, image.channels]).toEqual([height, width, 3]);
          expect(image.data.length).toBe(height * width * 3);
        }
        expect(classesOf(label)).not.toContain(undefined);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('leave no pixel of the photo unpainted', () => {
    for (const { photo } of series(10, [70, 51])) {
      for (let i = 0; i < photo.data.length; i += 3) {
        expect(photo.data[i]! + photo.data[i + 1]! + photo.data[i + 2]!).toBeGreaterThan(10);
      }
    }
  });

  it.each([
    [15, 'height 15'],
    [[32, 20.5] as const, 'width 20.5'],
    [Number.NaN, 'height NaN'],
  ])('refuse the size %s', (size, named) => {
    const make = () => syntheticFacade(Random.fromSeed(1), size);
    expect(make).toThrow(UserError);
    expect(make).toThrow(`Cannot make a facade of ${named}: expected a whole number of pixels, 16 or more`);
  });
});
