/**
 * As many input channels as a convolution needs to be summed rightly everywhere: ONNX Runtime 1.30's Conv on WebGPU goes
 * wrong for multiples of 3 above 3 that are none of 4 (github.com/microsoft/onnxruntime/issues/29651). The discriminator
 * sees 6. Channels of zeros, in image and kernel, make up the difference.
 */
export function soundChannels(channels: number): number {
  const broken = channels > 3 && channels % 3 === 0 && channels % 4 !== 0;
  return broken ? Math.ceil(channels / 4) * 4 : channels;
}
