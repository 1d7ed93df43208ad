import { expect, test } from 'vitest';
import { drawingKind, shownColor, shownDrawing } from './drawing-kind.ts';

const labelMap = (colors: readonly string[]) =>
  drawingKind({ kind: 'label map', gray: false, colors: colors.map(color => ({ color, name: null })) });

test('filling tells the classes of a label map apart, and ignores JPEG artefacts', () => {
  expect(labelMap(['#0000dd', '#0030ff', '#ff9f00']).tolerance).toBe(23);
  expect(labelMap(['#000000', '#ff0000']).tolerance).toBe(24);
  expect(labelMap(['#000000', '#010101', '#020202']).tolerance).toBe(0);
});

test('class numbers, which are nearly black, are shown in colours', () => {
  const colors = ['#000000', '#010101', '#020202', '#ffffff'].map(color => ({ color, name: null }));
  const kind = drawingKind({ kind: 'label map', gray: true, colors });
  expect(kind.swatches.map(({ name }) => name)).toEqual(['class 0', 'class 1', 'class 2', 'class 255']);
  const drawing = { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 1, 1, 2, 2, 2) };
  const [first, second] = [shownColor(kind, [1, 1, 1]), shownColor(kind, [2, 2, 2])];
  expect([...shownDrawing(kind, drawing).data]).toEqual([...first, ...second]);
  for (const shown of [first, second]) expect(Math.max(...shown)).toBeGreaterThan(100);
  expect(Math.max(...first.map((level, i) => Math.abs(level - second[i]!)))).toBeGreaterThan(60);
});

test('other colours are shown as they are', () => {
  for (const colors of [
    ['#0000dd', '#0030ff'],
    ['#000000', '#404040', '#ededed'],
  ]) {
    const kind = drawingKind({
      kind: 'label map',
      gray: colors.length === 3,
      colors: colors.map(color => ({ color, name: null })),
    });
    expect(kind.swatches.map(({ name }) => name)).toEqual(colors);
    expect(shownColor(kind, [0, 48, 255])).toEqual([0, 48, 255]);
  }
});
