import type { Size } from '../core/sizes.ts';
import { download } from './download.ts';
import { Pix2PixError } from './errors.ts';

/** What can be translated. The last two are p5's: its graphics and images, its elements. */
export type Source =
  | CanvasImageSource
  | ImageData
  | Blob
  | URL
  | string
  | { readonly canvas: HTMLCanvasElement }
  | { readonly elt: HTMLElement };

/** What a translation can be drawn on, over all of it. The last one is p5's. */
export type Target = HTMLCanvasElement | OffscreenCanvas | { readonly canvas: HTMLCanvasElement };

export interface Reading {
  /** The size at which a picture of a size is translated. Pictures of 0×0 pixels are refused before. */
  readonly sizeFor: (own: Size) => Size;
  /** Whether to copy the nearest pixel rather than to mix colours. */
  readonly nearest: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A source's pixels as they are now, resized. Throws {@link Pix2PixError}, or the signal's reason. */
export async function readSource(source: Source, reading: Reading): Promise<ImageData> {
  const picture = await pictureIn(source, reading.signal);
  try {
    const own = sizeOf(picture);
    if (!(own[0] > 0 && own[1] > 0)) throw emptiness(picture);
    const [height, width] = reading.sizeFor(own);
    if (picture instanceof ImageData && height === own[0] && width === own[1]) return picture;
    if (!(picture instanceof ImageData)) return drawn(picture, width, height, reading.nearest);
    const bitmap = await createImageBitmap(picture);
    try {
      return drawn(bitmap, width, height, reading.nearest);
    } finally {
      bitmap.close();
    }
  } finally {
    if (picture instanceof ImageBitmap && picture !== source) picture.close();
  }
}

async function pictureIn(source: Source, signal?: AbortSignal): Promise<CanvasImageSource | ImageData> {
  if (typeof source === 'string' || source instanceof URL)
    return decoded(await fetched(source, signal), source);
  if (source instanceof Blob) return decoded(source, 'the picture');
  if ('elt' in source) return pictureIn(source.elt as Exclude<Source, string>, signal);
  if ('canvas' in source && !(source instanceof Element)) return source.canvas;
  if (source instanceof HTMLImageElement && !source.complete) await source.decode().catch(() => {});
  return source as CanvasImageSource | ImageData;
}

async function fetched(url: string | URL, signal?: AbortSignal): Promise<Blob> {
  return new Blob([await download(new URL(url, document.baseURI).href, { signal })]);
}

async function decoded(blob: Blob, name: string | URL): Promise<ImageBitmap> {
  return createImageBitmap(blob, { colorSpaceConversion: 'none' }).catch(cause => {
    throw new Pix2PixError(
      'source',
      `Cannot read ${quoted(name)}: it is not an image that this browser knows`,
      {
        cause,
      },
    );
  });
}

function quoted(name: string | URL): string {
  return name === 'the picture' ? name : `"${name}"`;
}

function sizeOf(picture: CanvasImageSource | ImageData): Size {
  if (picture instanceof HTMLVideoElement) {
    const ready = picture.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    return ready ? [picture.videoHeight, picture.videoWidth] : [0, 0];
  }
  if (picture instanceof HTMLImageElement) return [picture.naturalHeight, picture.naturalWidth];
  if ('displayWidth' in picture) return [picture.displayHeight, picture.displayWidth];
  return [Number(picture.height), Number(picture.width)];
}

function emptiness(picture: CanvasImageSource | ImageData): Pix2PixError {
  const reason =
    picture instanceof HTMLVideoElement
      ? 'the video has no picture yet; wait for its "loadeddata" event'
      : picture instanceof HTMLImageElement
        ? 'the image could not be loaded'
        : 'it has 0×0 pixels';
  return new Pix2PixError('source', `Cannot translate: ${reason}`);
}

/** Draws a picture on white at a size of its own, and reads the pixels. */
function drawn(picture: CanvasImageSource, width: number, height: number, nearest: boolean): ImageData {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingEnabled = !nearest;
  context.imageSmoothingQuality = 'high';
  try {
    context.drawImage(picture, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    if ((cause as Error).name !== 'SecurityError') {
      throw new Pix2PixError('source', `Cannot translate: ${(cause as Error).message}`, { cause });
    }
    throw new Pix2PixError(
      'tainted',
      'Cannot read the picture: it came from another site without its permission; set crossorigin="anonymous" on the image, and have its server allow your site',
      { cause },
    );
  }
}

/** Draws a bitmap over all of a canvas. Throws {@link Pix2PixError} if it has no 2D context. */
export function drawInto(target: Target, bitmap: ImageBitmap): void {
  const canvas = 'canvas' in target ? target.canvas : target;
  const context = canvas.getContext('2d') as
    | CanvasRenderingContext2D
    | OffscreenCanvasRenderingContext2D
    | null;
  if (!context) {
    throw new Pix2PixError(
      'target',
      'Cannot draw the result: the canvas has a WebGL context; use a 2D canvas',
    );
  }
  context.save();
  // p5 scales its canvases to the display.
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = 'copy';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  context.restore();
}
