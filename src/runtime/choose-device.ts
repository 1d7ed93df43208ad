import { UserError } from '../core/errors.ts';
import { type Precision, precisions } from '../lower/emitter.ts';
import { type Adapter, mayHaveGraphics, type Probe, probe } from './adapter.ts';
import { type DeviceName, deviceNames, devices } from './device.ts';

export const deviceChoices = ['auto', ...deviceNames] as const;

/** What a device may be asked for by: its name, or `auto`. */
export type DeviceChoice = (typeof deviceChoices)[number];

/** A device to compute on, what to tell the user of it, and what networks can be trained in on it. */
export interface ChosenDevice {
  readonly device: DeviceName;
  readonly description: string;
  readonly precisions: readonly Precision[];
}

const processor: ChosenDevice = {
  device: 'cpu',
  description: 'the CPU',
  precisions: ['float32'],
};

/**
 * The device that is meant by a name; `auto` is a real WebGPU adapter where there is one, otherwise the processor.
 * Throws {@link UserError} for other names, and for a device that is not usable.
 */
export async function chooseDevice(wanted: string): Promise<ChosenDevice> {
  if (wanted === 'cpu') return processor;
  if (wanted === 'auto') {
    if (!(await mayHaveGraphics())) return processor;
    const found = await probe('webgpu');
    return 'missing' in found || found.software ? processor : chosen('webgpu', found);
  }
  if (wanted !== 'webgpu' && wanted !== 'cuda') {
    throw new UserError(`Cannot use --device "${wanted}": it must be ${deviceChoices.join(', ')}`);
  }
  return chosen(wanted, await probe(wanted));
}

function chosen(device: 'webgpu' | 'cuda', found: Probe): ChosenDevice {
  if ('missing' in found) throw new UserError(found.missing);
  return {
    device,
    description: `${found.name} through ${device === 'cuda' ? 'CUDA' : 'WebGPU'}`,
    precisions: precisionsOf(device, found),
  };
}

function precisionsOf(device: DeviceName, { half }: Adapter): Precision[] {
  return precisions.filter(each => each === 'float32' || (devices[device].resident && half));
}

/** Throws {@link UserError} where networks can't be trained in a precision on a device. */
export function assertTrainsIn(
  precision: Precision,
  { device, description, precisions }: ChosenDevice,
): void {
  if (precisions.includes(precision)) return;
  throw new UserError(
    `Cannot train in ${precision} on device "${device}": ${description} has only ${precisions.join(' and ')}; use precision ${precisions.join(' or ')}`,
  );
}

/** A device of this program, whether it can be used here, and what it is or why not. */
export interface ListedDevice extends ChosenDevice {
  readonly usable: boolean;
}

/** Each device, whether it can be used here, and why not. */
export async function listDevices(): Promise<ListedDevice[]> {
  const others = (['webgpu', 'cuda'] as const).map(async device => {
    const found = await probe(device);
    if ('missing' in found) {
      const reason = found.missing.replace(/^Cannot compute on "\w+": /, '');
      return { device, usable: false, description: reason, precisions: [] };
    }
    const slow = found.software ? ', slower than the CPU; "auto" does not use it' : '';
    return {
      device,
      usable: true,
      description: `${found.name}${slow}`,
      precisions: precisionsOf(device, found),
    };
  });
  return [{ ...processor, usable: true }, ...(await Promise.all(others))];
}
