import { describe, expect, it } from 'vitest';
import { facade, throughJpeg } from '../../../test/reference/inspected-pictures.ts';
import { areaResize } from '../../images/resize.ts';
import { alikeGroups, imageHash } from './fingerprint.ts';

describe('alikeGroups', () => {
  it('finds scaled, recompressed, brightened copies, and nothing else', async () => {
    const photos = Array.from({ length: 30 }, (_, seed) => facade(seed).photo);
    const brighter = { ...photos[4]!, data: photos[4]!.data.map(level => Math.min(255, level + 5)) };
    const copies = [areaResize(photos[3]!, 50, 50), await throughJpeg(photos[4]!, 40), brighter];
    const groups = alikeGroups([...photos, ...copies].map(imageHash));
    expect(groups).toEqual([
      [3, 30],
      [4, 31, 32],
    ]);
  });
});
