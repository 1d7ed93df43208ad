import { createPlane, type Plane } from '../../images/plane.ts';

/**
 * The line integrals of a picture from `views` directions over half a turn: [views, detector bins]. Bins are one pixel
 * wide, and there are enough for the diagonal. Each pixel's value is divided between the two bins it falls on.
 */
export function project(picture: Plane, views: number): Plane {
  const { width, height, data } = picture;
  const sinogram = createPlane(binsFor(width, height), views);
  forRays(sinogram, width, height, (pixel, bin, share) => {
    sinogram.data[bin]! += data[pixel]! * (1 - share);
    sinogram.data[bin + 1]! += data[pixel]! * share;
  });
  return sinogram;
}

/** The adjoint of {@link project}, scaled so that it is the inverse for filtered projections. */
export function backProject(filtered: Plane, width: number, height: number): Plane {
  const picture = createPlane(width, height);
  const scale = Math.PI / filtered.height;
  forRays(filtered, width, height, (pixel, bin, share) => {
    picture.data[pixel]! += scale * (filtered.data[bin]! * (1 - share) + filtered.data[bin + 1]! * share);
  });
  return picture;
}

/** Convolves each projection with the ramp filter for unit bins (Ramachandran & Lakshminarayanan 1971). */
export function rampFilter(sinogram: Plane): Plane {
  const { width, height, data } = sinogram;
  const filtered = createPlane(width, height);
  for (let row = 0; row < height * width; row += width) {
    for (let i = 0; i < width; i++) {
      let sum = data[row + i]! / 4;
      // Even distances have weight 0, odd ones −1 / (π d)².
      for (let k = (i + 1) % 2; k < width; k += 2) sum -= data[row + k]! / (Math.PI * (i - k)) ** 2;
      filtered.data[row + i] = sum;
    }
  }
  return filtered;
}

function binsFor(width: number, height: number): number {
  return Math.ceil(Math.hypot(width, height)) + 3;
}

/** Visits every pixel for every view, with the index of its first bin and the share of the second bin. */
function forRays(
  { width: bins, height: views }: Plane,
  width: number,
  height: number,
  visit: (pixel: number, bin: number, share: number) => void,
): void {
  for (let view = 0; view < views; view++) {
    const angle = (view * Math.PI) / views;
    const [across, down] = [Math.cos(angle), Math.sin(angle)];
    for (let y = 0, pixel = 0; y < height; y++) {
      let place = (bins - 1) / 2 + (y - (height - 1) / 2) * down - ((width - 1) / 2) * across;
      for (let x = 0; x < width; x++, pixel++, place += across) {
        const bin = Math.floor(place);
        visit(pixel, view * bins + bin, place - bin);
      }
    }
  }
}
