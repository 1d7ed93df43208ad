import { createPlane, type Plane } from '../../images/plane.ts';

/**
 * Convolves with a Gaussian of standard deviation `sigma` pixels, cut off at 3σ; border pixels are repeated. 0: no
 * change.
 */
export function gaussianBlur(plane: Plane, sigma: number): Plane {
  if (sigma <= 0) return plane;
  const kernel = gaussianKernel(sigma);
  return blurAlong(blurAlong(plane, kernel, 'x'), kernel, 'y');
}

/** One half of the symmetric kernel, from the center outwards; the whole kernel sums to 1. */
function gaussianKernel(sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Float32Array.from({ length: radius + 1 }, (_, i) =>
    Math.exp(-(i * i) / (2 * sigma * sigma)),
  );
  const sum = kernel.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0);
  return kernel.map(weight => weight / sum);
}

function blurAlong({ width, height, data }: Plane, kernel: Float32Array, axis: 'x' | 'y'): Plane {
  const blurred = createPlane(width, height);
  const [lines, length] = axis === 'x' ? [height, width] : [width, height];
  const [lineStep, step] = axis === 'x' ? [width, 1] : [1, width];
  const radius = kernel.length - 1;
  const line = new Float32Array(length + 2 * radius);
  for (let l = 0; l < lines; l++) {
    const start = l * lineStep;
    for (let i = -radius; i < length + radius; i++) {
      line[i + radius] = data[start + Math.min(Math.max(i, 0), length - 1) * step]!;
    }
    for (let i = 0; i < length; i++) {
      const center = i + radius;
      let sum = kernel[0]! * line[center]!;
      for (let k = 1; k <= radius; k++) sum += kernel[k]! * (line[center - k]! + line[center + k]!);
      blurred.data[start + i * step] = sum;
    }
  }
  return blurred;
}
