import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testPicture } from '../../../test/data-fixtures.ts';
import { cropImage, type Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { sizeModes } from '../../core/sizes.ts';
import {
  type Augment,
  applyTransform,
  augmentStreams,
  drawTransform,
  scaleFor,
  steadyTransform,
  type Transform,
  varyCondition,
} from './transform.ts';

const side = fc.integer({ min: 2, max: 24 });
const anyDraw = fc.record({
  seed: fc.integer(),
  from: fc.tuple(side, side),
  size: fc.tuple(side, side),
  mode: fc.constantFrom(...sizeModes.filter(mode => mode !== 'none')),
  resampling: fc.constantFrom('area', 'nearest'),
  augment: fc.record({
    jitter: fc.double({ min: 1, max: 2, noNaN: true }),
    mirror: fc.boolean(),
    rotation: fc.constantFrom(0, 10, 180),
    scale: fc.constantFrom(1, 1.3),
    color: fc.constantFrom(0, 0.4),
    cutout: fc.constantFrom(0, 0.5),
    distort: fc.constantFrom(0, 0.1),
    roughen: fc.constantFrom(0, 1),
  }),
});

const still: Augment = {
  jitter: 1,
  mirror: false,
  rotation: 0,
  scale: 1,
  color: 0,
  cutout: 0,
  distort: 0,
  roughen: 0,
};
const plain = { mode: 'resize', condition: 'area', target: 'area' } as const;

const streamsOf = (seed: number) => augmentStreams(Random.fromSeed(seed));

describe('transforms', () => {
  it('keep a pair aligned: a pattern painted on both sides is the same after every augmentation', () => {
    fc.assert(
      fc.property(anyDraw, ({ seed, from: [height, width], size, mode, resampling, augment }) => {
        const resize = { mode, condition: resampling, target: resampling } as const;
        const transform = drawTransform(streamsOf(seed), { size, augment, resize });
        const side = testPicture(width, height, seed);
        const negative = { ...side, data: side.data.map(level => 255 - level) };
        const a = applyTransform(side, transform, resampling);
        const b = applyTransform(negative, transform, resampling);
        expect([a.height, a.width]).toEqual(size);
        const condition = varyCondition(
          scaleFor({ ...side, data: side.data.slice() }, transform, resampling),
          transform,
          resampling,
        );
        const { color, cutout, distort, roughen } = augment;
        if (color + cutout + distort + roughen === 0) expect(condition).toEqual(a);
        else expect([condition.height, condition.width]).toEqual(size);
        // The other side may hold other levels: here the negative, which any resize keeps to within rounding.
        expect(b.data.every((level, i) => Math.abs(255 - level - a.data[i]!) <= 1)).toBe(true);
      }),
    );
  });

  it('crop all over the enlarged picture, and mirror half of the time', () => {
    const streams = streamsOf(1);
    const augment = { ...still, jitter: 1.25, mirror: true };
    const options = { size: [8, 8], augment, resize: { ...plain, mode: 'resize-and-crop' } } as const;
    const draws = Array.from({ length: 400 }, () => drawTransform(streams, options));
    // A picture whose levels tell the place: 10 pixels along, of which 8 are cut.
    const ramp: Image = {
      width: 10,
      height: 10,
      channels: 1,
      data: Uint8Array.from({ length: 100 }, (_, i) => i),
    };
    const corners = draws.map(draw => applyTransform(ramp, { ...draw, mirror: false }).data[0]);
    expect([...new Set(corners)].sort((a, b) => a! - b!)).toEqual([0, 1, 2, 10, 11, 12, 20, 21, 22]);
    const mirrored = draws.filter(({ mirror }) => mirror).length;
    expect(mirrored).toBeGreaterThan(160);
    expect(mirrored).toBeLessThan(240);
  });

  it('cut a square of the drawn size out of the condition alone, and nothing else', () => {
    const resize = { ...plain, mode: 'crop' } as const;
    const options = { size: [8, 12], augment: { ...still, cutout: 0.5 }, resize } as const;
    const white: Image = { width: 12, height: 8, channels: 4, data: new Uint8Array(8 * 12 * 4).fill(255) };
    const streams = streamsOf(4);
    const areas = Array.from({ length: 50 }, () => {
      const transform = drawTransform(streams, options);
      expect(applyTransform(white, transform)).toEqual(white);
      const { data } = varyCondition(white, transform, 'area');
      const gray = data.filter((level, at) => at % 4 === 0 && level !== 255);
      expect(data.filter((level, at) => at % 4 === 3 && level !== 255)).toHaveLength(0);
      expect(new Set(gray).size).toBeLessThan(2);
      return gray.length;
    });
    // A square of 4×4 is whole, or cut at the border.
    expect(Math.max(...areas)).toBe(16);
    expect(new Set(areas).size).toBeGreaterThan(4);
  });

  it('draw the same values for one augmentation whether or not another is on', () => {
    const draw = (augment: Augment) => drawTransform(streamsOf(3), { size: [8, 8], augment, resize: plain });
    const all = draw({
      jitter: 1,
      mirror: true,
      rotation: 20,
      scale: 1.5,
      color: 0.5,
      cutout: 0.5,
      distort: 0,
      roughen: 0,
    });
    const { angle, across, mirror } = draw({ ...still, mirror: true, rotation: 20 });
    expect({ angle, across, mirror }).toEqual({ angle: all.angle, across: all.across, mirror: all.mirror });
  });

  const at = (changes: Partial<Transform>): Transform => ({ ...steadyTransform([2, 2], 'crop'), ...changes });

  it('crop and flip', () => {
    const image = testPicture(4, 3);
    const place = { across: 0.4, down: 0.9 };
    const cropped = applyTransform(image, at(place));
    expect(cropped).toEqual(cropImage(image, 1, 1, 2, 2));
    const mirrored = applyTransform(image, at({ ...place, mirror: true }));
    expect(cropImage(mirrored, 0, 0, 1, 2)).toEqual(cropImage(image, 2, 1, 1, 2));
    expect(cropImage(mirrored, 1, 0, 1, 2)).toEqual(cropImage(image, 1, 1, 1, 2));
  });

  it('rotate by a quarter turn clockwise, and back', () => {
    const image: Image = { width: 2, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) };
    const turned = applyTransform(image, at({ angle: Math.PI / 2 }), 'nearest');
    expect([...turned.data]).toEqual([3, 1, 4, 2]);
    expect(applyTransform(turned, at({ angle: -Math.PI / 2 }), 'nearest')).toEqual(image);
  });

  it.each([
    ['resize', [8, 8]],
    ['resize-and-crop', [8, 8]],
    ['scale-width', [8, 8]],
    ['scale-shorter-side', [8, 8]],
    ['crop', [8, 8]],
  ] as const)('make %s come out in size from any shape', (mode, size) => {
    for (const [width, height] of [
      [30, 10],
      [10, 30],
      [3, 5],
    ] as const) {
      const { height: h, width: w } = applyTransform(testPicture(width, height), steadyTransform(size, mode));
      expect([h, w]).toEqual(size);
    }
  });

  it('refuse another size in mode none', () => {
    const image = testPicture(6, 4);
    expect(applyTransform(image, steadyTransform([4, 6], 'none'))).toEqual(image);
    expect(() => applyTransform(image, steadyTransform([8, 8], 'none'))).toThrow(
      'Cannot use images of 4×6 without resizing: the networks take 8×8; use --resize resize, or another --size',
    );
  });

  it('never mix colours with nearest neighbour', () => {
    const image = testPicture(16, 16);
    const levels = new Set(image.data);
    const options = { size: [7, 9], augment: { ...still, rotation: 45, scale: 1.4 }, resize: plain } as const;
    const view = applyTransform(image, drawTransform(streamsOf(2), options), 'nearest');
    expect(view.data.every(level => levels.has(level))).toBe(true);
  });

  it('do not change an image of the wanted size without augmentation', () => {
    const image = testPicture(6, 4);
    const draw = drawTransform(streamsOf(1), { size: [4, 6], augment: still, resize: plain });
    expect(varyCondition(scaleFor(image, draw, 'area'), draw, 'area')).toEqual(image);
  });
});
