import { createRequire } from 'node:module';
import sharp, { type OverlayOptions } from 'sharp';
import type { Image } from '../../core/image.ts';

// The font comes with the package, since servers and containers often have none.
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/**
 * Renders one line of black text as RGBA on a transparent background, cropped to the text. `size`: font size in pixels.
 */
export async function renderText(text: string, size: number): Promise<Image> {
  const markup = `<span foreground="black">${escapeMarkup(text)}</span>`;
  const { data, info } = await sharp({
    // At 72 dots per inch a point is a pixel.
    text: { text: markup, font: `DejaVu Sans ${size}`, fontfile: fontFile, rgba: true, dpi: 72 },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An image at a place of a sheet. */
export function place({ data, width, height, channels }: Image, left: number, top: number): OverlayOptions {
  return {
    input: Buffer.from(data.buffer, data.byteOffset, data.length),
    raw: { width, height, channels: channels as 3 | 4 },
    left,
    top,
  };
}

/** A sheet of one colour with images on it, as PNG. */
export async function composeSheet(
  {
    width,
    height,
    background,
  }: { readonly width: number; readonly height: number; readonly background: string },
  overlays: readonly OverlayOptions[],
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .composite([...overlays])
    .removeAlpha()
    .png()
    .toBuffer();
}
