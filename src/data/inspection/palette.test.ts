import { describe, expect, it } from 'vitest';
import {
  drawingOf,
  facade,
  grayOf,
  indexMap,
  opaque,
  throughJpeg,
} from '../../../test/reference/inspected-pictures.ts';
import { asRgb } from '../../images/picture.ts';
import { classColors } from '../../prepare/facades/index.ts';
import { paletteOf } from './palette.ts';

describe('paletteOf', () => {
  it('distinguishes label maps, drawings and photos, also after JPEG', async () => {
    let photos = 0;
    for (let seed = 0; seed < 8; seed++) {
      const { photo, label } = facade(seed, 128);
      expect(paletteOf(opaque(label))).toMatchObject({ kind: 'label map', gray: false });
      expect(paletteOf(opaque(await throughJpeg(label, 90))).kind).toBe('label map');
      if (paletteOf(opaque(photo)).kind === 'photo') photos++;
      expect(paletteOf(opaque(drawingOf(photo)))).toMatchObject({ kind: 'drawing', gray: true });
    }
    expect(photos).toBeGreaterThanOrEqual(6); // invented photos are flat
  });

  it('finds exactly the colours of a label map', () => {
    const { label } = facade(1, 128);
    const used = new Set<string>();
    for (let i = 0; i < label.data.length; i += 3) used.add(label.data.slice(i, i + 3).join());
    const { colors } = paletteOf(opaque(label));
    expect(colors.every(color => used.has(color.join()))).toBe(true);
    expect(colors.map(color => color.join())).toContain(classColors.facade.join());
  });
});

describe('index maps', () => {
  it('are recognised by their gray levels: few, exactly flat, and not up to white', async () => {
    const map = indexMap(3);
    const used = [...new Set(map.data)].sort((a, b) => a - b);
    expect(paletteOf(opaque(map))).toMatchObject({ kind: 'label map', gray: true, indices: used });
    expect(paletteOf(opaque(asRgb(opaque(map)))).indices).toEqual(used);
    const widened = { ...map, data: Uint16Array.from(map.data, level => 257 * level) };
    expect(paletteOf(opaque(widened)).indices).toEqual(used);
    const ids = { ...map, data: Uint16Array.from(map.data, level => 24000 + level) };
    expect(paletteOf(opaque(ids)).indices).toEqual(used.map(level => 24000 + level));

    const { photo } = facade(3);
    const others = [photo, grayOf(photo), drawingOf(photo), await throughJpeg(asRgb(opaque(map)), 90)];
    expect(others.map(image => paletteOf(opaque(image)).indices)).toEqual([null, null, null, null]);
  });

  it('are distinguished from drawings with few levels', () => {
    for (let seed = 0; seed < 12; seed++) {
      const drawing = drawingOf(facade(seed, 128).photo);
      const hard = { ...drawing, data: drawing.data.map(level => (level < 128 ? 30 + (level & 16) : 255)) };
      for (const image of [drawing, hard]) expect(paletteOf(opaque(image)).indices).toBeNull();
    }
  });
});
