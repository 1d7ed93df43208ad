import { lumaWeights } from '../core/luma.ts';
import { concat, constant, conv2d, type Tensor, withScope } from '../graph/index.ts';

// Y, Cb and Cr as in JPEG files (ITU-T T.871), of values on [−1, 1] instead of bytes.
const [RED, GREEN, BLUE] = lumaWeights;
const [CB, CR] = [2 * (1 - BLUE), 2 * (1 - RED)] as const;
/** Columns are red, green and blue, rows Y, Cb and Cr. */
const TO_RGB = [1, 1, 1, 0, (-CB * BLUE) / GREEN, CB, CR, (-CR * RED) / GREEN, 0];

const pointwise = { stride: 1, padding: [0, 0, 0, 0] };

/** Y of images [N,H,W,C], of which gray ones have one channel and RGB ones three → [N,H,W,1]. */
export function luminanceOf(images: Tensor): Tensor {
  if (images.shape[3] === 1) return images;
  return withScope('luminance', () => conv2d(images, constant([RED, GREEN, BLUE], [1, 1, 3, 1]), pointwise));
}

/** RGB images [N,H,W,3] from Y [N,H,W,1] and Cb, Cr [N,H,W,2]. Strong colours of bright or dark pixels leave [−1, 1]. */
export function ycbcrToRgb(luminance: Tensor, chroma: Tensor): Tensor {
  return withScope('color', () =>
    conv2d(concat([luminance, chroma], 3), constant(TO_RGB, [1, 1, 3, 3]), pointwise),
  );
}
