import type { OverlayOptions } from 'sharp';
import type { Image } from '../../core/image.ts';
import type { Direction } from '../../core/image-pair.ts';
import { composeSheet, place, renderText } from './compose.ts';

/** A row of the grid; the title is shown above each of its pictures. */
export interface GridRow {
  readonly title: string;
  readonly images: readonly Image[];
}

/** A picture and the title above it. */
interface Cell {
  readonly title: string;
  readonly image: Image;
}

/** The article's figure of sample translations as PNG: titled rows of pictures, one column per example. */
export function sampleGrid(rows: readonly GridRow[]): Promise<Buffer> {
  return layOut(rows.map(({ title, images }) => images.map(image => ({ title, image }))));
}

/** A pair as the networks see it, as PNG with the titles `condition (B) → target (A)` for direction BtoA. */
export function pairPicture(condition: Image, target: Image, direction: Direction): Promise<Buffer> {
  const [from, to] = direction === 'AtoB' ? ['A', 'B'] : ['B', 'A'];
  const cells = [
    { title: `condition (${from})  →`, image: condition },
    { title: `target (${to})`, image: target },
  ];
  return layOut([cells]);
}

const smallestCell = 128;

/** The measures of the figure in pixels, in proportion to its cells. */
function measure(rows: readonly (readonly Cell[])[]) {
  const images = rows.flat().map(cell => cell.image);
  const largest = (side: 'width' | 'height') => Math.max(1, ...images.map(image => image[side]));
  // Whole factors only, so that every source pixel stays a square.
  const scale = Math.max(1, Math.ceil(smallestCell / Math.min(largest('width'), largest('height'))));
  const cellWidth = largest('width') * scale;
  const cellHeight = largest('height') * scale;
  const fontSize = Math.round(Math.min(Math.max(Math.min(cellWidth, cellHeight) / 16, 12), 40));
  const gap = Math.round(fontSize * 1.2);
  const titleHeight = Math.round(fontSize * 1.7);
  return { scale, cellWidth, cellHeight, fontSize, gap, titleHeight };
}

type Measures = ReturnType<typeof measure>;

async function layOut(rows: readonly (readonly Cell[])[]): Promise<Buffer> {
  const measures = measure(rows);
  const { cellWidth, cellHeight, gap, titleHeight } = measures;
  const columns = Math.max(1, ...rows.map(row => row.length));
  const width = gap + columns * (cellWidth + gap);
  const height = gap + rows.length * (titleHeight + cellHeight + gap);
  const overlays = rows.flatMap((row, y) =>
    row.map((cell, x) => {
      const left = gap + x * (cellWidth + gap);
      const top = gap + y * (titleHeight + cellHeight + gap);
      return drawCell(cell, left, top, measures);
    }),
  );
  return composeSheet({ width, height, background: 'white' }, (await Promise.all(overlays)).flat());
}

async function drawCell(
  cell: Cell,
  left: number,
  top: number,
  measures: Measures,
): Promise<OverlayOptions[]> {
  const { scale, cellWidth, cellHeight, titleHeight } = measures;
  const picture = enlarge(cell.image, scale);
  const title = await fittingText(cell.title, measures);
  return [
    place(title, left + Math.floor((cellWidth - title.width) / 2), top),
    place(
      picture,
      left + Math.floor((cellWidth - picture.width) / 2),
      top + titleHeight + Math.floor((cellHeight - picture.height) / 2),
    ),
  ];
}

/** A title in a smaller font if it would be wider than its picture. */
async function fittingText(title: string, { cellWidth, fontSize }: Measures): Promise<Image> {
  const text = await renderText(title, fontSize);
  if (text.width <= cellWidth) return text;
  return renderText(title, Math.max(4, Math.floor((fontSize * cellWidth) / text.width)));
}

/** Nearest neighbour by a whole factor. */
function enlarge(image: Image, scale: number): Image {
  if (scale === 1) return image;
  const { channels } = image;
  const [width, height] = [image.width * scale, image.height * scale];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / scale) * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = image.data[from + c]!;
    }
  }
  return { width, height, channels, data };
}
