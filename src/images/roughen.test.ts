import { describe, expect, it } from 'vitest';
import type { Image } from '../core/image.ts';
import { Random } from '../core/random.ts';
import { drawRoughness, roughen } from './roughen.ts';

const WIDTH = 9;
/** A gray image from rows of characters: `.` white, `#` black. */
const image = (...rows: string[]): Image => ({
  width: WIDTH,
  height: rows.length,
  channels: 1,
  data: Uint8Array.from(rows.join(''), character => (character === '#' ? 0 : 255)),
});
const drawn = (rough: Image) =>
  Array.from({ length: rough.height }, (_, row) =>
    Array.from(rough.data.subarray(row * WIDTH, (row + 1) * WIDTH), level => (level === 0 ? '#' : '.')).join(
      '',
    ),
  );
const same = { growth: 0, blurs: 0, gaps: [] } as const;

describe('roughen', () => {
  const square = image('.........', '..####...', '..####...', '..####...', '.........');

  it('makes strokes a pixel wider or thinner on each side', () => {
    const wider = ['..####...', '.######..', '.######..', '.######..', '..####...'];
    expect(drawn(roughen(square, { ...same, growth: 1 }))).toEqual(wider);
    const thinner = ['.........', '.........', '...##....', '.........', '.........'];
    expect(drawn(roughen(square, { ...same, growth: -1 }))).toEqual(thinner);
  });

  it('leaves gaps in the colour of the background', () => {
    const gap = { across: 0.5, down: 0.5, length: 1, angle: Math.PI / 2, width: 1 };
    const cut = ['.........', '..##.#...', '..##.#...', '..##.#...', '.........'];
    expect(drawn(roughen(square, { ...same, gaps: [gap] }))).toEqual(cut);
  });

  it('averages neighbours', () => {
    const { data } = roughen(image('....#....'), { ...same, blurs: 1 });
    expect(Array.from(data)).toEqual([255, 255, 255, 170, 170, 170, 255, 255, 255]);
  });

  it('changes nothing at strength 0, and at strength 1 all that it can', () => {
    const random = Random.fromSeed(0);
    const draws = (most: number) => Array.from({ length: 200 }, () => drawRoughness(random, most));
    expect(draws(0)).toEqual(draws(0).map(() => same));
    const all = draws(1);
    expect(new Set(all.map(({ growth }) => growth))).toEqual(new Set([-1, 0, 1]));
    expect(new Set(all.map(({ blurs }) => blurs)).size).toBe(5);
    expect(new Set(all.map(({ gaps }) => gaps.length)).size).toBe(7);
  });
});
