import { createImageLike, cropImage, type Image, type Samples } from '../../core/image.ts';
import type { ImagePair } from '../../core/image-pair.ts';
import type { Random } from '../../core/random.ts';
import type { Resampling, Size, SizeMode } from '../../core/sizes.ts';
import { cutout, drawSquare, recolor, type Square, type Tint, warp } from '../../images/augment.ts';
import { type Distortion, distort, drawDistortion } from '../../images/distort.ts';
import { resample, scaledSize } from '../../images/resize.ts';
import { drawRoughness, type Roughness, roughen } from '../../images/roughen.ts';

/** Random augmentation of pairs; the run config's `augment`. */
export interface Augment {
  /** Scale to size × jitter, then crop at a random place; 1: no jitter. */
  readonly jitter: number;
  /** Flip half of the pairs horizontally. */
  readonly mirror: boolean;
  /** Rotate by at most this many degrees in either direction. */
  readonly rotation: number;
  /** Zoom in or out by up to this factor. */
  readonly scale: number;
  /** Change brightness, contrast and saturation of the condition by up to this share. */
  readonly color: number;
  /** Gray out a square of the condition whose side is this share of its shorter side. */
  readonly cutout: number;
  /** Bend the condition by up to this share of its sides. */
  readonly distort: number;
  /** Make the condition's strokes and edges rougher, from 0 (not at all) to 1. */
  readonly roughen: number;
}

/** How pictures are resized to the networks' input size; the run config's `resize`. */
export interface Resize {
  readonly mode: SizeMode;
  readonly condition: Resampling;
  readonly target: Resampling;
}

/** One draw of all augmentations, for both sides of a pair: scale, then crop or rotate, then flip. */
export interface Transform {
  /** Size of the result, in pixels. */
  readonly size: Size;
  readonly mode: SizeMode;
  readonly jitter: number;
  /** Position of the crop, from 0 to 1. */
  readonly across: number;
  readonly down: number;
  readonly mirror: boolean;
  /** Radians. */
  readonly angle: number;
  readonly zoom: number;
  /** For the condition only. */
  readonly tint: Tint | null;
  /** Likewise. */
  readonly hole: Square | null;
  /** Likewise. */
  readonly distortion: Distortion | null;
  /** Likewise. */
  readonly roughness: Roughness | null;
}

/** Where augmentations get their random numbers. Those that came later have streams of their own. */
export interface AugmentStreams {
  readonly pair: Random;
  readonly cutout: Random;
  readonly distort: Random;
  readonly roughen: Random;
}

export function augmentStreams(pair: Random): AugmentStreams {
  const [cutout, distort, roughen] = ['cutout', 'distort', 'roughen'].map(name => pair.split(name));
  return { pair, cutout: cutout!, distort: distort!, roughen: roughen! };
}

/**
 * Draws the augmentations of one pair; `size` is the size of the result. All numbers are drawn each time, so that
 * enabling one augmentation doesn't change the others.
 */
export function drawTransform(
  { pair: random, ...streams }: AugmentStreams,
  options: { readonly size: Size; readonly augment: Augment; readonly resize: Resize },
): Transform {
  const { jitter, mirror, rotation, scale, color, ...own } = options.augment;
  const between = (least: number, most: number) => least + (most - least) * random.uniform();
  const [across, down] = [random.uniform(), random.uniform()];
  const mirrored = random.uniform() < 0.5;
  const angle = (between(-rotation, rotation) * Math.PI) / 180;
  const zoom = scale ** between(-1, 1);
  const tint = {
    brightness: between(1 - color, 1 + color),
    contrast: between(1 - color, 1 + color),
    saturation: between(1 - color, 1 + color),
  };
  return {
    size: options.size,
    mode: options.resize.mode,
    ...{ jitter, across, down, angle, zoom },
    mirror: mirror && mirrored,
    tint: color === 0 ? null : tint,
    hole: own.cutout === 0 ? null : drawSquare(streams.cutout, own.cutout),
    distortion: own.distort === 0 ? null : drawDistortion(streams.distort, own.distort),
    roughness: own.roughen === 0 ? null : drawRoughness(streams.roughen, own.roughen),
  };
}

/** The transform without augmentation, for samples and validation: scaled, then cropped from the centre. */
export function steadyTransform(size: Size, mode: SizeMode): Transform {
  const middle = { across: 0.5, down: 0.5 };
  const unchanged = { tint: null, hole: null, distortion: null, roughness: null };
  return { size, mode, jitter: 1, ...middle, mirror: false, angle: 0, zoom: 1, ...unchanged };
}

/** The part of a transform that is not drawn, for both sides of a pair. */
export function scalePair<Data extends Samples>(
  { name, condition, target }: ImagePair<Data>,
  transform: Pick<Transform, 'size' | 'mode' | 'jitter'>,
  resize: Resize,
): ImagePair<Data> {
  return {
    name,
    condition: scaleFor(condition, transform, resize.condition),
    target: scaleFor(target, transform, resize.target),
  };
}

/** The part of a transform that is drawn, for a pair of {@link scalePair}. */
export function varyPair<Data extends Samples>(
  { name, condition, target }: ImagePair<Data>,
  transform: Transform,
  resize: Resize,
): ImagePair<Data> {
  return {
    name,
    condition: varyCondition(condition, transform, resize.condition),
    target: vary(target, transform, resize.target),
  };
}

/** The deterministic part of a transform: scales an image to the size from which it is cropped. */
export function scaleFor<Data extends Samples>(
  image: Image<Data>,
  { size, mode, jitter }: Pick<Transform, 'size' | 'mode' | 'jitter'>,
  resampling: Resampling,
): Image<Data> {
  return resample(image, scaledSize(mode, image, size, jitter), resampling);
}

/** Applies the part of a transform that is for both sides to an image of any size; the result has `transform.size`. */
export function applyTransform<Data extends Samples>(
  image: Image<Data>,
  transform: Transform,
  resampling: Resampling = 'area',
): Image<Data> {
  return vary(scaleFor(image, transform, resampling), transform, resampling);
}

/** The random part of a transform that is for both sides, for an image from {@link scaleFor}. */
export function vary<Data extends Samples>(
  scaled: Image<Data>,
  transform: Transform,
  resampling: Resampling,
): Image<Data> {
  const cut = cutOut(scaled, transform, resampling);
  return transform.mirror ? mirrorImage(cut) : cut;
}

/** {@link vary} with what is for conditions only. */
export function varyCondition<Data extends Samples>(
  scaled: Image<Data>,
  transform: Transform,
  resampling: Resampling,
): Image<Data> {
  const { tint, hole, distortion, roughness } = transform;
  let varied = vary(scaled, transform, resampling);
  if (distortion) varied = distort(varied, distortion, resampling);
  if (roughness) varied = roughen(varied, roughness);
  if (tint) varied = recolor(varied, tint);
  return hole ? cutout(varied, hole) : varied;
}

function cutOut<Data extends Samples>(
  image: Image<Data>,
  { size, across, down, angle, zoom }: Transform,
  resampling: Resampling,
): Image<Data> {
  const [height, width] = size;
  const left = Math.floor(across * (image.width - width + 1));
  const top = Math.floor(down * (image.height - height + 1));
  if (angle === 0 && zoom === 1) return cropImage(image, left, top, width, height);
  const view = { across: left + width / 2, down: top + height / 2, angle, zoom };
  return warp(image, view, size, resampling);
}

/** Flips an image horizontally. */
function mirrorImage<Data extends Samples>(image: Image<Data>): Image<Data> {
  const { width, height, channels } = image;
  const mirrored = createImageLike(image, width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = (y * width + width - 1 - x) * channels;
      for (let c = 0; c < channels; c++) mirrored.data[to + c] = image.data[from + c]!;
    }
  }
  return mirrored;
}
