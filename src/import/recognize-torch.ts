import type { SourceTensors } from './numbers.ts';
import type { Recognized } from './recognized.ts';
import { quoted, type Refuse } from './refuse.ts';
import { recognizeTorchResnet, resnetMark } from './torch-resnet.ts';
import { recognizeTorchUnet, unetMark } from './torch-unet.ts';

export interface Found {
  readonly recognised: Recognized;
  /** The generator's tensors, without the common prefix of their names. */
  readonly tensors: SourceTensors;
}

/**
 * Finds the only generator among tensors with PyTorch names, which may have a prefix: "module." (DataParallel), or the
 * key of a larger dict ("state_dict.", "netG."). Throws UserError if there is none, or several.
 */
export function recognizeTorch(all: SourceTensors, refuse: Refuse): Found {
  const found = [...all.keys()].flatMap(name => {
    const mark = [unetMark, resnetMark].find(each => name === each || name.endsWith(`.${each}`));
    if (!mark) return [];
    const prefix = name.slice(0, -mark.length);
    const tensors = below(all, prefix);
    const recognised = mark === unetMark ? recognizeTorchUnet(tensors) : recognizeTorchResnet(tensors);
    return recognised ? [{ prefix, recognised, tensors }] : [];
  });
  const [one, ...others] = found;
  if (!one) return refuse(explainUnknown(all));
  if (others.length > 0) {
    refuse(
      `it holds ${found.length} generators, ${found.map(({ prefix }) => quoted(prefix)).join(', ')}; save the state_dict of only one`,
    );
  }
  return one;
}

function below(all: SourceTensors, prefix: string): SourceTensors {
  const own = [...all].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function explainUnknown(all: SourceTensors): string {
  const names = [...all.keys()];
  if (names.length === 0) return 'it holds no tensors';
  const shown = names.slice(0, 3).map(quoted).join(', ');
  const advice = names.some(name => /(^|\.)model\.0\.weight$/.test(name))
    ? 'it looks like a discriminator; pass the generator, a file named …_net_G.pth'
    : 'only U-Net and ResNet generators of pytorch-CycleGAN-and-pix2pix are supported';
  return `its ${names.length} tensors (${shown}, …) are not those of a generator: ${advice}`;
}
