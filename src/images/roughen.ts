import { createImageLike, type Image, type Samples } from '../core/image.ts';

/** How a drawing becomes rougher. */
export interface Roughness {
  /** Strokes and areas grow (1) or shrink (−1) by a pixel on each side, or stay (0). */
  readonly growth: -1 | 0 | 1;
  /** How often neighbouring pixels are averaged. */
  readonly blurs: number;
  /** Lines painted over in the background's colour. */
  readonly gaps: readonly Gap[];
}

/** A line: its centre as shares of the sides, its length as a share of the shorter one, its direction in radians, its width in pixels. */
export interface Gap {
  readonly across: number;
  readonly down: number;
  readonly length: number;
  readonly angle: number;
  readonly width: number;
}

const MOST_GAPS = 6;
const MOST_BLURS = 4;

/** A random roughness; `most`, from 0 to 1, scales the number of gaps and blurs and how often strokes change. */
export function drawRoughness(random: { uniform(): number }, most: number): Roughness {
  const upTo = (count: number) => Math.floor(random.uniform() * (most * count + 1));
  const growth = random.uniform() < most ? upTo(1) - upTo(1) : 0;
  const blurs = upTo(MOST_BLURS);
  const gaps = Array.from({ length: upTo(MOST_GAPS) }, () => ({
    across: random.uniform(),
    down: random.uniform(),
    length: 0.05 + 0.2 * random.uniform(),
    angle: Math.PI * random.uniform(),
    width: 1 + 2 * random.uniform(),
  }));
  return { growth: growth as Roughness['growth'], blurs, gaps };
}

/** Makes a drawing rougher. Its background is taken to have the colour of the top left pixel. */
export function roughen<Data extends Samples>(image: Image<Data>, roughness: Roughness): Image<Data> {
  const background = Array.from(image.data.subarray(0, image.channels));
  let rough = roughness.growth === 0 ? image : grow(image, background, roughness.growth);
  if (roughness.gaps.length > 0) rough = withGaps(rough, background, roughness.gaps);
  for (let i = 0; i < roughness.blurs; i++) rough = blurred(rough);
  return rough;
}

/** Each pixel becomes the one among its neighbours that is least (growth 1) or most (−1) like the background. */
function grow<Data extends Samples>(
  image: Image<Data>,
  background: readonly number[],
  growth: number,
): Image<Data> {
  const { width, height, channels, data } = image;
  const grown = createImageLike(image, width, height);
  const contrast = Float64Array.from(
    { length: width * height },
    (_, pixel) =>
      growth * background.reduce((sum, level, c) => sum + Math.abs(data[pixel * channels + c]! - level), 0),
  );
  for (let pixel = 0; pixel < width * height; pixel++) {
    let best = pixel;
    for (const near of neighbours(pixel, width, height)) if (contrast[near]! > contrast[best]!) best = near;
    for (let c = 0; c < channels; c++) grown.data[pixel * channels + c] = data[best * channels + c]!;
  }
  return grown;
}

/** Those above, below, left and right, within the image. */
function neighbours(pixel: number, width: number, height: number): number[] {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const near: number[] = [];
  if (x > 0) near.push(pixel - 1);
  if (x < width - 1) near.push(pixel + 1);
  if (y > 0) near.push(pixel - width);
  if (y < height - 1) near.push(pixel + width);
  return near;
}

function withGaps<Data extends Samples>(
  image: Image<Data>,
  background: readonly number[],
  gaps: readonly Gap[],
): Image<Data> {
  const { width, height, channels } = image;
  const erased = createImageLike(image, width, height);
  erased.data.set(image.data);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (gaps.some(gap => isWithin(gap, x + 0.5, y + 0.5, width, height))) {
        erased.data.set(background, (y * width + x) * channels);
      }
    }
  }
  return erased;
}

function isWithin(gap: Gap, x: number, y: number, width: number, height: number): boolean {
  const [right, below] = [x - gap.across * width, y - gap.down * height];
  const along = right * Math.cos(gap.angle) + below * Math.sin(gap.angle);
  const aside = below * Math.cos(gap.angle) - right * Math.sin(gap.angle);
  const half = (gap.length * Math.min(width, height)) / 2;
  return Math.abs(along) <= half && Math.abs(aside) <= gap.width / 2;
}

/** The mean of each pixel and its four neighbours, of those that exist. */
function blurred<Data extends Samples>(image: Image<Data>): Image<Data> {
  const { width, height, channels, data } = image;
  const result = createImageLike(image, width, height);
  const finish = data instanceof Float32Array ? (level: number) => level : Math.round;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const near = neighbours(pixel, width, height);
    for (let c = 0; c < channels; c++) {
      let sum = data[pixel * channels + c]!;
      for (const each of near) sum += data[each * channels + c]!;
      result.data[pixel * channels + c] = finish(sum / (near.length + 1));
    }
  }
  return result;
}
