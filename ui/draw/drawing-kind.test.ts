import { expect, test } from 'vitest';
import { drawingKind } from './drawing-kind.ts';

const labelMap = (colors: readonly string[]) =>
  drawingKind({ kind: 'label map', gray: false, colors: colors.map(color => ({ color, name: null })) });

test('filling tells the classes of a label map apart, and ignores JPEG artefacts', () => {
  expect(labelMap(['#0000dd', '#0030ff', '#ff9f00']).tolerance).toBe(23);
  expect(labelMap(['#000000', '#ff0000']).tolerance).toBe(24);
  expect(labelMap(['#000000', '#010101', '#020202']).tolerance).toBe(0);
});
