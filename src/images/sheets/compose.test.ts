import { expect, it } from 'vitest';
import { renderText } from './compose.ts';

it('draws a black line on a transparent background, with the package’s font', async () => {
  const { width, height, channels, data } = await renderText('Ground Truth', 14);
  expect(channels).toBe(4);
  expect(data).toHaveLength(width * height * 4);
  expect(height).toBeGreaterThanOrEqual(9);
  expect(height).toBeLessThanOrEqual(16);
  const alpha = data.filter((_, i) => i % 4 === 3);
  expect(Math.max(...alpha)).toBe(255);
  expect(Math.min(...alpha)).toBe(0);
});

it('draws markup characters and arrows literally', async () => {
  const plain = await renderText('a → b', 14);
  const escaped = await renderText('<b> & a → b', 14);
  expect(escaped.width).toBeGreaterThan(plain.width + 20);
});
