import type { FeatureNetworkAbout } from './feature-network.ts';

/** `inception.onnx (SHA-256 1f2e…): fed pictures resized to 299×299 by area, RGB on [−1, 1]; FID and KID of output “pool3”` */
export function describeNetwork({ path, sha256, input, features, layers }: FeatureNetworkAbout): string {
  const { size, order, layout, range, mean, std, resampling } = input;
  const sized = size ? `resized to ${size.join('×')} (${resampling})` : 'as large as they are compared';
  const isPlain = mean.every(value => value === 0) && std.every(value => value === 1);
  const normalised = isPlain ? '' : `, less mean ${mean.join(', ')}, over ${std.join(', ')}`;
  const weighted = layers.every(({ weighted }) => weighted)
    ? 'weighted'
    : 'without weights where none are given';
  return [
    `${path} (SHA-256 ${sha256.slice(0, 16)}…): fed pictures ${sized}, ${order} ${layout} on [${range.join(', ')}]${normalised}`,
    ...(features === null ? [] : [`FID and KID of output “${features}”`]),
    ...(layers.length === 0
      ? []
      : [`LPIPS of ${layers.map(({ output }) => `“${output}”`).join(', ')}, ${weighted}`]),
  ].join('; ');
}
