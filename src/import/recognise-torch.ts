import type { SourceTensors } from './numbers.ts';
import type { Recognised } from './recognised.ts';
import { quoted, type Refuse } from './refuse.ts';
import { recogniseTorchResnet, resnetMark } from './torch-resnet.ts';
import { recogniseTorchUnet, unetMark } from './torch-unet.ts';

export interface Found {
  readonly recognised: Recognised;
  /** The generator's own tensors, without what their names began with. */
  readonly tensors: SourceTensors;
}

/**
 * The one generator among PyTorch-named tensors, which may all begin with "module." (DataParallel), or lie in a
 * larger dict ("state_dict.", "netG."). Throws UserError where there is none, or several.
 */
export function recogniseTorch(all: SourceTensors, refuse: Refuse): Found {
  const found = [...all.keys()].flatMap(name => {
    const mark = [unetMark, resnetMark].find(each => name === each || name.endsWith(`.${each}`));
    if (!mark) return [];
    const prefix = name.slice(0, -mark.length);
    const tensors = below(all, prefix);
    const recognised = mark === unetMark ? recogniseTorchUnet(tensors) : recogniseTorchResnet(tensors);
    return recognised ? [{ prefix, recognised, tensors }] : [];
  });
  const [one, ...others] = found;
  if (!one) return refuse(explainUnknown(all));
  if (others.length > 0) {
    refuse(
      `it holds ${found.length} generators, ${found.map(({ prefix }) => quoted(prefix)).join(', ')}; save the state_dict of one alone`,
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
    ? 'it looks like a discriminator; pass the generator, whose file is called …_net_G.pth'
    : 'only U-Net and ResNet generators as in pytorch-CycleGAN-and-pix2pix are understood';
  return `its ${names.length} tensors (${shown}, …) are no generator's: ${advice}`;
}
