import { UserError } from '../core/errors.ts';
import type { Image } from '../core/image.ts';
import { lumaOfColor } from '../core/luma.ts';

/** One channel of a picture, row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float64Array;
}

/** A picture's channels as planes, from 0 to 255. */
export function planesOf({ width, height, channels, data }: Image): Plane[] {
  return Array.from({ length: channels }, (_, channel) => {
    const values = new Float64Array(width * height);
    for (let i = 0; i < values.length; i++) values[i] = data[i * channels + channel]!;
    return { width, height, values };
  });
}

/** Brightness (ITU-R BT.601), from 0 to 255; a single channel is used as it is. */
export function lumaOf(image: Image): Plane {
  const [red, green, blue] = planesOf(image) as [Plane, Plane | undefined, Plane | undefined];
  if (!green || !blue) return red;
  const values = red.values.map((r, i) => lumaOfColor(r, green.values[i]!, blue.values[i]!));
  return { ...red, values };
}

/** Throws {@link UserError} unless both pictures have the same size and channels. */
export function assertComparable(image: Image, truth: Image): void {
  if (image.width === truth.width && image.height === truth.height && image.channels === truth.channels)
    return;
  throw new UserError(
    `Cannot compare an image of ${describe(image)} with its truth of ${describe(truth)}: both must have the same size and channels`,
  );
}

function describe({ width, height, channels }: Image): string {
  return `${width}×${height} and ${channels} ${channels === 1 ? 'channel' : 'channels'}`;
}
