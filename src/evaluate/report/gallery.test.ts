import { expect, test } from 'vitest';
import { uniforms } from '../../../test/reference/named-values.ts';
import { createImage } from '../../core/image.ts';
import { Gallery, type Print, shrinkToFit } from './gallery.ts';

test('prints shrink until they fit the limit, at least to the smallest side', async () => {
  const gallery = new Gallery();
  const next = uniforms('noise');
  const picture = createImage(128, 128);
  picture.data.forEach((_, i) => {
    picture.data[i] = 256 * next();
  });
  await gallery.add(0, { name: 'pair', condition: picture, target: picture }, null, picture);
  const { target, pictures, errors } = gallery.exhibit('pair');
  expect([pictures, errors]).toEqual([[null], [null]]);
  const bytes = ({ jpeg }: Print) => (4 / 3) * jpeg.length;
  const shrinkTo = async (limit: number) => (await shrinkToFit([target, null], [256, 64, 32], limit)).side;
  expect(await shrinkTo(bytes(target))).toBe(256);
  expect(await shrinkTo(bytes(target) / 2)).toBe(64);
  expect(await shrinkTo(1)).toBe(32);
});
