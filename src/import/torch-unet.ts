import { presets } from '../config/presets.ts';
import type { SourceTensors } from './numbers.ts';
import type { Recognized } from './recognized.ts';
import { normOf, type TorchLayer, torchChannels, torchInference, torchPlaces } from './torch-places.ts';

/** The tensor that identifies a U-Net. */
export const unetMark = 'model.model.0.weight';

const deepest = 12;

/**
 * Recognises the U-Net of pytorch-CycleGAN-and-pix2pix. Its blocks are nested: each holds its convolution down, the
 * next deeper block, and its convolution up. Its activations work in place, so skip connections carry LeakyReLU(x)
 * instead of x; the ReLU after them makes both equal.
 */
export function recognizeTorchUnet(tensors: SourceTensors): Recognized {
  let levels = 1;
  while (levels < deepest && tensors.has(`${block(levels + 1)}.1.weight`)) levels++;
  const layers = unetLayers(levels);
  const norm = normOf(tensors, layers.get('G/down2') ?? { conv: '', norm: '' });
  const size = Math.max(2 ** levels, 32);
  const { paper } = presets;
  return {
    kind: 'U-Net of pytorch-CycleGAN-and-pix2pix',
    config: {
      ...paper,
      size: [size, size],
      channels: torchChannels(tensors, unetMark, `${layers.get('G/output')!.conv}.bias`),
      generator: {
        ...paper.generator,
        filters: tensors.get(unetMark)!.shape[0] ?? 0,
        levels,
        norm,
        inference: torchInference,
      },
      discriminator: { ...paper.discriminator, norm },
    },
    ...torchPlaces(layers, norm),
  };
}

/** The block of `level`, counted from 1, the outermost. */
function block(level: number): string {
  return `model.model${level === 1 ? '' : '.1.model'}${'.3.model'.repeat(Math.max(level - 2, 0))}`;
}

function unetLayers(levels: number): Map<string, TorchLayer> {
  const layers = new Map<string, TorchLayer>();
  for (let level = 1; level <= levels; level++) {
    const at = block(level);
    const [down, up] = [`G/down${level}`, `G/up${levels - level + 1}`];
    if (level === 1) {
      layers.set(down, { conv: `${at}.0` }).set('G/output', { conv: `${at}.3` });
    } else if (level === levels) {
      layers.set(down, { conv: `${at}.1` }).set(up, { conv: `${at}.3`, norm: `${at}.4` });
    } else {
      layers.set(down, { conv: `${at}.1`, norm: `${at}.2` });
      layers.set(up, { conv: `${at}.5`, norm: `${at}.6` });
    }
  }
  return layers;
}
