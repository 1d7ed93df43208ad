import { describe, expect, it } from 'vitest';
import { facade, grayOf } from '../../../test/reference/inspected-pictures.ts';
import { cropImage } from '../../core/image.ts';
import { registrationOf } from './registration.ts';

describe('registrationOf', () => {
  it('finds no shift between aligned pictures', () => {
    const { photo } = facade(2, 128);
    const { correlation, best } = registrationOf(photo, photo);
    expect(correlation).toBeCloseTo(1, 6);
    expect(best).toMatchObject({ right: 0, down: 0 });
  });

  it.each([
    [6, 0],
    [0, -4],
    [-5, 3],
  ])('finds that B has to move by %i and %i', (right, down) => {
    const { photo } = facade(2, 160);
    const a = cropImage(photo, 10 - Math.min(0, right), 10, 128, 128);
    const b = cropImage(photo, 10 - Math.min(0, right) + right, 10 + down, 128, 128);
    expect(registrationOf(a, grayOf(b)).best).toMatchObject({ right, down });
  });
});
