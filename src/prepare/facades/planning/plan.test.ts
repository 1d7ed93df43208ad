import { describe, expect, it } from 'vitest';
import { Random } from '../../../core/random.ts';
import { heightOf, widthOf } from '../geometry.ts';
import { type FacadePlan, planFacade } from './plan.ts';

const plans = (size: number, count = 40) =>
  Array.from({ length: count }, (_, i) => planFacade(Random.fromSeed(i), size, size));

const partsOf = (plan: FacadePlan, kind: string) => plan.elements.filter(element => element.kind === kind);

describe('planFacade', () => {
  it('keeps every element within the image, in whole pixels', () => {
    for (const plan of plans(61)) {
      for (const { left, top, right, bottom } of plan.elements) {
        for (const place of [left, top, right, bottom]) expect(Number.isInteger(place)).toBe(true);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(top).toBeGreaterThanOrEqual(0);
        expect(right).toBeLessThanOrEqual(61);
        expect(bottom).toBeLessThanOrEqual(61);
        expect(right).toBeGreaterThan(left);
        expect(bottom).toBeGreaterThan(top);
      }
    }
  });

  it('begins with the background and the wall', () => {
    for (const plan of plans(32)) {
      expect(plan.elements.slice(0, 2).map(({ kind }) => kind)).toEqual(['background', 'facade']);
    }
  });

  it('has one door, which stands on the pavement', () => {
    for (const plan of plans(128)) {
      const doors = partsOf(plan, 'door');
      expect(doors).toHaveLength(1);
      expect(doors[0]!.bottom).toBe(plan.body.bottom);
      expect(doors[0]!.top).toBeGreaterThanOrEqual(plan.groundTop);
    }
  });

  it('varies the number of windows and the styles', () => {
    const many = plans(128);
    expect(new Set(many.map(plan => partsOf(plan, 'window').length)).size).toBeGreaterThan(8);
    expect(new Set(many.map(plan => plan.style.texture)).size).toBe(4);
  });

  it('hangs sills right below windows', () => {
    for (const plan of plans(128)) {
      const windows = partsOf(plan, 'window');
      for (const sill of partsOf(plan, 'sill')) {
        expect(
          windows.some(
            ({ left, right, bottom }) => bottom === sill.top && left >= sill.left && right <= sill.right,
          ),
        ).toBe(true);
      }
    }
  });

  it('keeps reliefs between windows off the shutters', () => {
    for (const plan of plans(128)) {
      const reliefs = partsOf(plan, 'deco').filter(deco => widthOf(deco) < heightOf(deco));
      for (const deco of reliefs) {
        const touched = partsOf(plan, 'blind').filter(
          ({ left, top, right, bottom }) =>
            left < deco.right && deco.left < right && top < deco.bottom && deco.top < bottom,
        );
        expect(touched).toEqual([]);
      }
    }
  });

  it('draws the same building larger: margins, floors and bays scale with the image', () => {
    const small = planFacade(Random.fromSeed(4), 128, 128);
    const large = planFacade(Random.fromSeed(4), 256, 256);
    expect(large.elements.map(({ kind }) => kind)).toEqual(small.elements.map(({ kind }) => kind));
    large.elements.forEach((element, i) => {
      expect(Math.abs(element.left - 2 * small.elements[i]!.left)).toBeLessThanOrEqual(4);
      expect(Math.abs(element.top - 2 * small.elements[i]!.top)).toBeLessThanOrEqual(4);
    });
  });
});
