/** Segmentation data sets use it for pixels without a class. */
const ignored = 255;
/** Class numbers start from 0; drawings have grays up to white. */
const highest = 200;

/** Whether gray levels can be class numbers, as segmentation data sets have them: 0, 1, 2 … and 255 for no class. */
export function areClassNumbers(levels: readonly number[]): boolean {
  const counted = levels.filter(level => level !== ignored);
  return counted.length > 1 && Math.max(...counted) <= highest;
}

/**
 * A colour to show a class in, red, green and blue from 0 to 255. It differs from those of neighbouring numbers: hues by the
 * golden angle, in four levels of light; 0 is black.
 */
export function classColor(number: number): readonly [number, number, number] {
  if (number === 0) return [0, 0, 0];
  const hue = (number * 0.618034) % 1;
  const light = 120 + 45 * (number % 4);
  const level = (third: number) =>
    Math.round(light * (0.5 + 0.5 * Math.cos(2 * Math.PI * (hue - third / 3))));
  return [level(0), level(1), level(2)];
}
