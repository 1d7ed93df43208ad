import { lumaOfColor } from '../../core/luma.ts';
import { createPlane, imageOf, type Plane, planesOf } from '../../images/plane.ts';
import { gaussianBlur } from '../pixels/blur.ts';
import { defineTask } from './task.ts';

/**
 * Photo → painting, or back. B is the photo after a generalised Kuwahara filter (Papari, Petkov, Campisi 2007): each
 * pixel becomes the mean of the sector with the least variance among eight around it, which gives flat dabs with sharp
 * edges.
 */
export const stylize = defineTask({
  description: 'Photos as paintings (Kuwahara filter); AtoB learns to paint, BtoA to make photos',
  a: 'the photo',
  b: 'the photo as a painting',
  direction: 'AtoB',
  options: {
    radius: {
      kind: 'number',
      default: 6,
      least: 1,
      most: 20,
      whole: true,
      about: 'Radius of the brush strokes, in pixels',
    },
    saturation: {
      kind: 'number',
      default: 1.3,
      least: 0,
      most: 3,
      about: 'Strength of the colours; 1: as in the photo',
    },
  },
  derive(photo, { radius, saturation }) {
    const painted = kuwahara(planesOf(photo), sectorOffsets(radius));
    return imageOf(saturate(painted, saturation));
  },
});

const sectors = 8;

/** The places in each sector and their weights, which are Gaussian and sum to 1. */
function sectorOffsets(radius: number) {
  const offsets = Array.from({ length: sectors }, () => [] as { x: number; y: number; weight: number }[]);
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) {
      const weight = Math.exp(-(x * x + y * y) / (radius * radius));
      if (x * x + y * y > radius * radius) continue;
      if (x === 0 && y === 0) for (const sector of offsets) sector.push({ x, y, weight });
      else offsets[sectorOf(x, y)]!.push({ x, y, weight });
    }
  }
  return offsets.map(sector => {
    const sum = sector.reduce((total, { weight }) => total + weight, 0);
    return sector.map(place => ({ ...place, weight: place.weight / sum }));
  });
}

/** 0 is to the right, then clockwise. */
function sectorOf(x: number, y: number): number {
  const turn = Math.atan2(y, x) / (2 * Math.PI);
  return (Math.round(turn * sectors) + sectors) % sectors;
}

// How strongly sectors of low variance are preferred: weight 1 / (1 + variance)^sharpness.
const sharpness = 4;

function kuwahara(planes: readonly Plane[], offsets: ReturnType<typeof sectorOffsets>): Plane[] {
  const { width, height } = planes[0]!;
  const painted = planes.map(() => createPlane(width, height));
  const means = new Float64Array(planes.length);
  const sums = new Float64Array(planes.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      sums.fill(0);
      let total = 0;
      for (const sector of offsets) {
        const variance = measureSector(planes, sector, x, y, means);
        const share = (1 + variance) ** -sharpness;
        total += share;
        for (let c = 0; c < means.length; c++) sums[c]! += share * means[c]!;
      }
      for (let c = 0; c < means.length; c++) painted[c]!.data[i] = sums[c]! / total;
    }
  }
  return painted;
}

/** Writes the mean of each channel into `means` and returns the variance of all together. */
function measureSector(
  planes: readonly Plane[],
  sector: readonly { x: number; y: number; weight: number }[],
  x: number,
  y: number,
  means: Float64Array,
): number {
  const { width, height } = planes[0]!;
  let variance = 0;
  for (let c = 0; c < planes.length; c++) {
    const { data } = planes[c]!;
    let [sum, squares] = [0, 0];
    for (const place of sector) {
      const column = Math.min(Math.max(x + place.x, 0), width - 1);
      const row = Math.min(Math.max(y + place.y, 0), height - 1);
      const sample = data[row * width + column]!;
      sum += place.weight * sample;
      squares += place.weight * sample * sample;
    }
    means[c] = sum;
    variance += Math.max(0, squares - sum * sum);
  }
  return variance;
}

/** Increases saturation, after a slight blur that removes isolated pixels. */
function saturate(planes: readonly Plane[], amount: number): Plane[] {
  const soft = planes.map(plane => gaussianBlur(plane, 0.4));
  const gray = createPlane(soft[0]!.width, soft[0]!.height);
  for (let i = 0; i < gray.data.length; i++) {
    gray.data[i] = lumaOfColor(soft[0]!.data[i]!, soft[1]!.data[i]!, soft[2]!.data[i]!);
  }
  for (const { data } of soft) {
    for (let i = 0; i < data.length; i++) data[i] = gray.data[i]! + amount * (data[i]! - gray.data[i]!);
  }
  return soft;
}
