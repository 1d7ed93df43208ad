import {
  createImageLike,
  createSamples,
  type Depth,
  depthOf,
  fullScale,
  type Image,
  type Samples,
} from '../core/image.ts';
import { lumaOfColor } from '../core/luma.ts';

/** A decoded picture with the channels and the depth of its file. */
export interface Picture {
  readonly image: Image<Samples>;
  /** Whether the last channel is opacity. */
  readonly alpha: boolean;
}

/** Number of colour channels. */
export function colorsOf({ image, alpha }: Picture): number {
  return image.channels - (alpha ? 1 : 0);
}

/** Treats the fourth channel as opacity, or drops it if it is 0 everywhere, that is, unused. */
export function hasOpacity(image: Image<Samples>): Picture {
  const used = image.data.some((sample, i) => i % 4 === 3 && sample > 0);
  return used ? { image, alpha: true } : { image: pickChannels(image, [0, 1, 2]), alpha: false };
}

/**
 * Converts a picture to `wanted` channels: gray is repeated, colour becomes brightness (Rec. 601). Opacity is blended
 * with white if it isn't wanted, and set to opaque if it is missing. Undefined if there is no such conversion.
 */
export function withChannels(picture: Picture, wanted: number): Image<Samples> | undefined {
  if (picture.image.channels === wanted) return picture.image;
  if (picture.alpha && picture.image.channels === 2 && wanted === 4)
    return pickChannels(picture.image, [0, 0, 0, 1]);
  const colors = picture.alpha ? onWhite(picture.image) : picture.image;
  const kept = Math.min(wanted, colors.channels);
  if (colors.channels === wanted) return colors;
  if (colors.channels !== 1 && colors.channels !== 3) return undefined;
  if (wanted === 1) return brightness(colors);
  if (wanted === 2) return opaque(kept === 1 ? colors : brightness(colors));
  const rgb = colors.channels === 1 ? pickChannels(colors, [0, 0, 0]) : colors;
  return wanted === 3 ? rgb : wanted === 4 ? opaque(rgb) : undefined;
}

/** Converts a picture for display: 8 bits, RGB; of more than three colour channels the first three. */
export function asRgb(picture: Picture): Image {
  const fitting =
    withChannels(picture, 3) ?? firstThree(picture.alpha ? onWhite(picture.image) : picture.image);
  const { width, height, channels } = fitting;
  return { width, height, channels, data: bytesOf(fitting) };
}

/** An image of unknown origin as a picture: a second or fourth channel counts as opacity. */
export function pictureOf(image: Image<Samples>): Picture {
  return { image, alpha: image.channels === 2 || image.channels === 4 };
}

/** {@link asRgb} of {@link pictureOf}. */
export function shownImage(image: Image<Samples>): Image {
  return asRgb(pictureOf(image));
}

/** Samples of any depth → 8 bits. */
export function bytesOf(image: Image<Samples>): Uint8Array {
  const { data } = image;
  if (data instanceof Uint8Array) return data;
  const scale = 255 / fullScale(depthOf(image));
  return Uint8Array.from(data, sample => Math.round(sample * scale));
}

/** Converts to samples of at least as many bits. */
export function deepen(image: Image<Samples>, depth: Depth): Image<Samples> {
  if (depthOf(image) === depth) return image;
  const data = createSamples(depth, image.data.length);
  const scale = fullScale(depth) / fullScale(depthOf(image));
  for (let i = 0; i < data.length; i++) data[i] = image.data[i]! * scale;
  return { ...image, data };
}

/** The given channels, in the given order. */
export function pickChannels(image: Image<Samples>, picked: readonly number[]): Image<Samples> {
  return mapPixels(image, picked.length, (from, c) => image.data[from + picked[c]!]!);
}

/** Repeats the second channel if there are only two. */
function firstThree(image: Image<Samples>): Image<Samples> {
  return pickChannels(image, [0, 1, Math.min(2, image.channels - 1)]);
}

function brightness(rgb: Image<Samples>): Image<Samples> {
  const { data } = rgb;
  const rounded = depthOf(rgb) === 32 ? (sample: number) => sample : Math.round;
  return mapPixels(rgb, 1, at => rounded(lumaOfColor(data[at]!, data[at + 1]!, data[at + 2]!)));
}

function opaque(image: Image<Samples>): Image<Samples> {
  const white = fullScale(depthOf(image));
  const { channels, data } = image;
  return mapPixels(image, channels + 1, (from, c) => (c === channels ? white : data[from + c]!));
}

/** Integers are truncated, as sharp does. */
function onWhite(image: Image<Samples>): Image<Samples> {
  const depth = depthOf(image);
  const white = fullScale(depth);
  const { channels, data } = image;
  return mapPixels(image, channels - 1, (from, c) => {
    const opacity = data[from + channels - 1]! / white;
    const sample = data[from + c]! * opacity + white * (1 - opacity);
    return depth === 32 ? sample : Math.floor(sample + 1e-6);
  });
}

/** A picture of the same size and depth whose sample `c` at the pixel that begins at `from` is `sample(from, c)`. */
function mapPixels(
  image: Image<Samples>,
  channels: number,
  sample: (from: number, c: number) => number,
): Image<Samples> {
  const { width, height } = image;
  const data = createSamples(depthOf(image), width * height * channels);
  for (let i = 0, to = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) data[to++] = sample(i * image.channels, c);
  }
  return { ...createImageLike(image, 0, 0), width, height, channels, data };
}
