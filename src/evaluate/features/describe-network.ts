import type { FeatureNetworkAbout } from './feature-network.ts';

/** `inception.onnx (SHA-256 1f2e…): input resized to 299×299 by area, RGB on [−1, 1]; FID and KID of output “pool3”` */
export function describeNetwork({ path, sha256, input, features, layers }: FeatureNetworkAbout): string {
  const { size, order, layout, range, mean, std, resampling } = input;
  const sized = size ? `resized to ${size.join('×')} (${resampling})` : 'at the size of the comparison';
  const isPlain = mean.every(value => value === 0) && std.every(value => value === 1);
  const normalised = isPlain ? '' : `, normalised by mean ${mean.join(', ')} and deviation ${std.join(', ')}`;
  const weighted = layers.every(({ weighted }) => weighted)
    ? 'weighted'
    : 'weights 1 for layers without weights';
  return [
    `${path} (SHA-256 ${sha256.slice(0, 16)}…): input ${sized}, ${order} ${layout} on [${range.join(', ')}]${normalised}`,
    ...(features === null ? [] : [`FID and KID of output “${features}”`]),
    ...(layers.length === 0
      ? []
      : [`LPIPS of ${layers.map(({ output }) => `“${output}”`).join(', ')}, ${weighted}`]),
  ].join('; ');
}
