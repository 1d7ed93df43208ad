import type { Image } from '../../core/image.ts';
import { resample } from '../../images/resizing/scale-picture.ts';
import type { SessionValue } from '../../runtime/session.ts';
import type { FeatureManifest } from './manifest.ts';

/** An RGB picture as a network takes it: resized, on its range, normalised, [1, C, H, W] or [1, H, W, C]. */
export function feedOf(picture: Image, { input }: FeatureManifest): SessionValue {
  const { size, layout, order, range, mean, std, resampling } = input;
  const { width, height, data } = size ? resample(picture, size, resampling) : picture;
  const [black, white] = range;
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++) {
    const from = order === 'RGB' ? c : 2 - c;
    const scale = (white - black) / 255 / std[c]!;
    const shift = (black - mean[c]!) / std[c]!;
    for (let p = 0; p < area; p++)
      values[layout === 'NCHW' ? c * area + p : 3 * p + c] = data[3 * p + from]! * scale + shift;
  }
  return { data: values, shape: layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3] };
}
