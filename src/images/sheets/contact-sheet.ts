import type { OverlayOptions } from 'sharp';
import type { Image } from '../../core/image.ts';
import { areaResize } from '../resize.ts';
import { composeSheet, place, renderText } from './compose.ts';

/** A pair and its title. */
export interface SheetPair {
  readonly title: string;
  readonly a: Image;
  readonly b: Image;
}

const cell = 128;
const gap = 10;
const titleHeight = 18;
const fontSize = 12;
const tile = { width: 2 * cell + 2, height: titleHeight + cell };

/** A PNG with pairs in `columns` columns, each side within 128×128 pixels. */
export async function contactSheet(pairs: readonly SheetPair[], columns = 4): Promise<Uint8Array> {
  const across = Math.max(1, Math.min(columns, pairs.length));
  const rows = Math.max(1, Math.ceil(pairs.length / across));
  const overlays = pairs.map((pair, i) => {
    const left = gap + (i % across) * (tile.width + gap);
    const top = gap + Math.floor(i / across) * (tile.height + gap);
    return drawPair(pair, left, top);
  });
  const width = gap + across * (tile.width + gap);
  const height = gap + rows * (tile.height + gap);
  return composeSheet({ width, height, background: '#dddddd' }, (await Promise.all(overlays)).flat());
}

async function drawPair({ title, a, b }: SheetPair, left: number, top: number): Promise<OverlayOptions[]> {
  const text = await renderText(shorten(title), fontSize);
  const [pictureA, pictureB] = [scaleInto(a), scaleInto(b)];
  return [
    place(text, left, top),
    place(pictureA, left, top + titleHeight),
    place(pictureB, left + cell + 2, top + titleHeight),
  ];
}

/** Shortens a title to about the width of a pair. */
function shorten(title: string): string {
  return title.length > 36 ? `${title.slice(0, 17)}…${title.slice(-17)}` : title;
}

function scaleInto(image: Image): Image {
  const scale = cell / Math.max(image.width, image.height);
  const side = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  return areaResize(image, side(image.width), side(image.height));
}
