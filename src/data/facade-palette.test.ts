import { expect, it } from 'vitest';
import { classColors, facadeClasses, mixColors, scaleColor } from './facade-palette.ts';

it('has the twelve CMP classes, each with a colour far from the others', () => {
  expect(facadeClasses).toHaveLength(12);
  for (const a of facadeClasses) {
    for (const b of facadeClasses) {
      if (a === b) continue;
      const distance = Math.hypot(...a.color.map((sample, c) => sample - b.color[c]!));
      expect(distance).toBeGreaterThan(50);
    }
  }
});

it('finds colours by class', () => {
  expect(classColors.window).toEqual([0, 128, 255]);
  expect(Object.keys(classColors)).toEqual(facadeClasses.map(({ name }) => name));
});

it('mixes and scales', () => {
  expect(mixColors([0, 100, 200], [100, 0, 200], 0.25)).toEqual([25, 75, 200]);
  expect(scaleColor([10, 20, 30], 2)).toEqual([20, 40, 60]);
});
