import sharp from 'sharp';

/** Drawings whose box shares less than this with the picture's, by intersection over union, show something else. */
const LEAST_OVERLAP = 0.8;

/** A drawing of 32×32 units, as the inside of an SVG document, and the path of a picture with transparency. */
export interface DrawingAndPicture {
  readonly drawing: string;
  readonly picture: string;
}

/** A rectangle in pixels, its right and bottom edges outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The drawing on the left and the picture on the right, both on white: a PNG of 2·size × size pixels.
 * @param fit whether the drawing's box is scaled to the picture's; then the result is null if they differ too much.
 */
export async function renderPair(
  source: DrawingAndPicture,
  { size, fit }: { readonly size: number; readonly fit: boolean },
): Promise<Buffer | null> {
  const picture = await sharp(source.picture).resize(size, size).ensureAlpha().png().toBuffer();
  const drawn = await sharp(Buffer.from(documentOf(source.drawing, size)))
    .png()
    .toBuffer();
  const drawing = fit ? await fitted(drawn, picture, size) : drawn;
  if (!drawing) return null;
  return sharp({ create: { width: 2 * size, height: size, channels: 3, background: 'white' } })
    .composite([
      { input: drawing, left: 0, top: 0 },
      { input: picture, left: size, top: 0 },
    ])
    .removeAlpha()
    .png()
    .toBuffer();
}

function documentOf(body: string, size: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">${body}</svg>`;
}

async function fitted(drawing: Buffer, picture: Buffer, size: number): Promise<Buffer | null> {
  const [own, wanted] = [await boxOf(drawing), await boxOf(picture)];
  if (!own || !wanted || overlap(own, wanted) < LEAST_OVERLAP) return null;
  const shape = await sharp(drawing)
    .extract({ left: own.left, top: own.top, ...sizeOf(own) })
    .resize({ ...sizeOf(wanted), fit: 'fill' })
    .png()
    .toBuffer();
  const background = { r: 255, g: 255, b: 255, alpha: 0 };
  return sharp({ create: { width: size, height: size, channels: 4, background } })
    .composite([{ input: shape, left: wanted.left, top: wanted.top }])
    .png()
    .toBuffer();
}

/** What is more than half opaque; null: nothing. */
async function boxOf(png: Buffer): Promise<Box | null> {
  const { data, info } = await sharp(png).extractChannel('alpha').raw().toBuffer({ resolveWithObject: true });
  let [left, top, right, bottom] = [info.width, info.height, 0, 0];
  data.forEach((alpha, i) => {
    if (alpha < 128) return;
    const [x, y] = [i % info.width, Math.floor(i / info.width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  });
  return right > left ? { left, top, right, bottom } : null;
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const across = Math.max(Math.min(a.right, b.right) - Math.max(a.left, b.left), 0);
  const down = Math.max(Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top), 0);
  return (across * down) / (areaOf(a) + areaOf(b) - across * down);
}

function sizeOf({ left, top, right, bottom }: Box): { width: number; height: number } {
  return { width: right - left, height: bottom - top };
}

function areaOf(box: Box): number {
  const { width, height } = sizeOf(box);
  return width * height;
}
