import { expect, it } from 'vitest';
import type { Size } from '../../core/sizes.ts';
import { sizeNote } from './translation-log.ts';

it.each<[Size, string | undefined]>([
  [[256, 256], undefined],
  [[384, 256], undefined],
  [[385, 256], 'larger'],
  [[171, 256], undefined],
  [[170, 256], 'smaller'],
  [[1024, 1024], 'larger'],
])('an image of %j is %s than a training size of 256×256', (size, which) => {
  const note = sizeNote('a.png', size, [256, 256]);
  if (which === undefined) expect(note).toBeUndefined();
  else
    expect(note).toMatch(new RegExp(`"a.png" is ${size.join('×')}, much ${which} than .* 256×256.*--resize`));
});
