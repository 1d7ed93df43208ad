import { UserError } from '../../core/errors.ts';
import type { Image } from '../../core/image.ts';
import { jpegSpread } from '../../data/inspection/common-colors.ts';
import {
  colorDistance,
  commonIndices,
  graysOf,
  type PaletteColor,
  paletteOf,
} from '../../data/inspection/palette.ts';

/** No class: the colour is too far from every class's colour. */
export const NO_CLASS = 255;

// JPEG artefacts at the edges of areas are rare, and close to a colour that is at least twice as frequent.
const leastShare = 0.1;
const echoRange = 40;
// Half the distance between neighbouring colours of the facades.
const classRange = 24;

/**
 * The colours of classes: those of flat areas in at least a tenth of the label maps, most frequent first. Throws {@link
 * UserError} if most pictures are not label maps, or share fewer than two such colours.
 */
export function findLabelClasses(maps: readonly Image[]): PaletteColor[] {
  const palettes = maps.map(image => paletteOf({ image, alpha: false }));
  const flat = palettes.filter(({ kind }) => kind === 'label map');
  if (flat.length < 0.8 * maps.length || maps.length === 0) {
    throw new UserError(
      `Cannot find label classes: ${flat.length} of ${maps.length} conditions are label maps with flat colours, expected most of them; ` +
        'evaluate without --reader',
    );
  }
  const indices = commonIndices(flat);
  if (indices && indices.length > 1) return graysOf(indices);
  const clusters: { count: number; sum: [number, number, number] }[] = [];
  for (const color of flat.flatMap(({ colors }) => colors)) {
    const cluster = clusters.find(
      ({ count, sum }) =>
        colorDistance(
          color,
          sum.map(value => value / count),
        ) <= jpegSpread,
    );
    if (!cluster) clusters.push({ count: 1, sum: [...color] });
    else {
      cluster.count++;
      color.forEach((value, c) => {
        cluster.sum[c]! += value;
      });
    }
  }
  const common = clusters
    .filter(({ count }) => count >= Math.max(2, leastShare * flat.length))
    .toSorted((a, b) => b.count - a.count)
    .map(({ count, sum }) => ({ count, color: sum.map(value => Math.round(value / count)) as Color }));
  if (common.length < 2)
    throw new UserError('Cannot find label classes: the label maps share fewer than two colours');
  const isEcho = ({ count, color }: { count: number; color: Color }) =>
    common.some(each => each.count >= 2 * count && colorDistance(color, each.color) <= echoRange);
  return common.filter(each => !isEcho(each)).map(({ color }) => color);
}

/**
 * Each pixel's class, after resizing to `height`×`width` by nearest neighbour; averaging would mix colours. {@link
 * NO_CLASS} if a pixel has no class's colour.
 */
export function readLabels(
  { width: fromWidth, height: fromHeight, data }: Image,
  classes: readonly PaletteColor[],
  height: number,
  width: number,
): Uint8Array {
  const labels = new Uint8Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * fromHeight) / height) * fromWidth;
    for (let x = 0; x < width; x++) {
      const at = (row + Math.floor(((x + 0.5) * fromWidth) / width)) * 3;
      labels[y * width + x] = nearestClass(data[at]!, data[at + 1]!, data[at + 2]!, classes);
    }
  }
  return labels;
}

function nearestClass(red: number, green: number, blue: number, classes: readonly PaletteColor[]): number {
  let [best, least] = [NO_CLASS, classRange];
  for (let index = 0; index < classes.length; index++) {
    const [r, g, b] = classes[index]!;
    const distance = Math.max(Math.abs(red - r), Math.abs(green - g), Math.abs(blue - b));
    if (distance > least) continue;
    [best, least] = [index, distance];
  }
  return best;
}

type Color = [number, number, number];
