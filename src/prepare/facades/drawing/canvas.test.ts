import { describe, expect, it } from 'vitest';
import type { Color } from '../../../data/facade-palette.ts';
import { createCanvas, fill, fillGradient, fillShape } from './canvas.ts';

const white: Color = [255, 255, 255];
const black: Color = [0, 0, 0];

/** The red samples, row by row. */
function redOf(
  width: number,
  height: number,
  paint: (canvas: ReturnType<typeof createCanvas>) => void,
): number[][] {
  const canvas = createCanvas(width, height);
  paint(canvas);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => canvas.data[(y * width + x) * 3]!),
  );
}

describe('fill', () => {
  it('gives partly covered pixels their share', () => {
    const rect = { left: 0.5, top: 0, right: 2.25, bottom: 0.5 };
    expect(redOf(3, 2, canvas => fill(canvas, rect, [200, 0, 0]))).toEqual([
      [50, 100, 25],
      [0, 0, 0],
    ]);
  });

  it('distributes a line thinner than a pixel', () => {
    const rect = { left: 1.25, top: 0, right: 1.5, bottom: 1 };
    expect(redOf(3, 1, canvas => fill(canvas, rect, [200, 0, 0]))).toEqual([[0, 50, 0]]);
  });

  it('clips at the border', () => {
    const rect = { left: -3, top: -2, right: 9, bottom: 9 };
    expect(redOf(2, 2, canvas => fill(canvas, rect, white))).toEqual([
      [255, 255],
      [255, 255],
    ]);
  });

  it('paints nothing for an empty rectangle', () => {
    const rect = { left: 2, top: 0, right: 1, bottom: 2 };
    expect(redOf(2, 1, canvas => fill(canvas, rect, white))).toEqual([[0, 0]]);
  });
});

it('fillGradient runs from the top colour to the bottom one', () => {
  const rect = { left: 0, top: 0, right: 1, bottom: 4 };
  const column = redOf(1, 4, canvas => fillGradient(canvas, rect, black, [160, 0, 0]));
  expect(column.flat()).toEqual([20, 60, 100, 140]);
});

it('fillShape follows its sides within the rectangle', () => {
  const rect = { left: 0, top: 0, right: 3, bottom: 2 };
  const rows = redOf(4, 2, canvas =>
    fillShape(canvas, rect, [100, 0, 0], 1, share => [share < 0.5 ? 1 : -5, 9]),
  );
  expect(rows).toEqual([
    [0, 100, 100, 0],
    [100, 100, 100, 0],
  ]);
});
