import { presets } from '../config/presets.ts';
import type { SourceTensors } from './numbers.ts';
import type { Recognized } from './recognized.ts';
import { normOf, type TorchLayer, torchChannels, torchInference, torchPlaces } from './torch-places.ts';

/** The tensor that identifies a ResNet: the first convolution, after reflection padding. */
export const resnetMark = 'model.1.weight';

const mostBlocks = 64;
const trainingSize = 256;

/**
 * Recognises the ResNet of pytorch-CycleGAN-and-pix2pix, and with more levels the global generator of Pix2PixHD: a
 * sequence of modules, numbered from the first reflection padding on; null if there are no residual blocks.
 */
export function recognizeTorchResnet(tensors: SourceTensors): Recognized | null {
  const numbers = [...tensors.keys()].flatMap(name => {
    const number = /^model\.(\d+)\.conv_block\.1\.weight$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0 || numbers.length > mostBlocks) return null;
  const first = Math.min(...numbers);
  const [levels, blocks] = [Math.floor((first - 4) / 3), numbers.length];
  if (levels < 1) return null;
  const hasDropout = tensors.get(`model.${first}.conv_block.6.weight`)?.shape.length === 4;
  const layers = resnetLayers(levels, blocks, hasDropout);
  const norm = normOf(tensors, layers.get('G/input')!);
  const { paper } = presets;
  return {
    kind: 'ResNet of pytorch-CycleGAN-and-pix2pix',
    config: {
      ...paper,
      size: [trainingSize, trainingSize],
      channels: torchChannels(tensors, resnetMark, `${layers.get('G/output')!.conv}.bias`),
      generator: {
        ...paper.generator,
        architecture: 'resnet',
        filters: tensors.get(resnetMark)!.shape[0] ?? 0,
        levels,
        blocks,
        norm,
        dropout: hasDropout ? 0.5 : 0,
        inference: torchInference,
      },
      discriminator: { ...paper.discriminator, norm },
    },
    ...torchPlaces(layers, norm),
  };
}

function resnetLayers(levels: number, blocks: number, hasDropout: boolean): Map<string, TorchLayer> {
  const numbered = (number: number): TorchLayer => ({
    conv: `model.${number}`,
    norm: `model.${number + 1}`,
  });
  const layers = new Map([['G/input', numbered(1)]]);
  for (let level = 1; level <= levels; level++) layers.set(`G/down${level}`, numbered(1 + 3 * level));
  const firstBlock = 4 + 3 * levels;
  const second = hasDropout ? 6 : 5;
  for (let i = 0; i < blocks; i++) {
    const at = `model.${firstBlock + i}.conv_block`;
    layers.set(`G/block${i + 1}/first`, { conv: `${at}.1`, norm: `${at}.2` });
    layers.set(`G/block${i + 1}/second`, { conv: `${at}.${second}`, norm: `${at}.${second + 1}` });
  }
  const firstUp = firstBlock + blocks;
  for (let i = 0; i < levels; i++) layers.set(`G/up${i + 1}`, numbered(firstUp + 3 * i));
  return layers.set('G/output', { conv: `model.${firstUp + 3 * levels + 1}` });
}
