import { UserError } from '../core/errors.ts';
import { mayHaveGraphics, type Probe, probe } from './adapter.ts';
import { type DeviceName, devices } from './device.ts';

export const deviceChoices = ['auto', ...Object.keys(devices)] as const;

/** A device to compute on, and what to tell the user of it. */
export interface ChosenDevice {
  readonly device: DeviceName;
  readonly description: string;
}

const processor: ChosenDevice = { device: 'cpu', description: 'the processor' };

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
  return { device, description: `${found.name} through ${device === 'cuda' ? 'CUDA' : 'WebGPU'}` };
}

/** Each device, whether it can be used here, and why not. */
export async function listDevices(): Promise<{ device: DeviceName; usable: boolean; description: string }[]> {
  const others = (['webgpu', 'cuda'] as const).map(async device => {
    const found = await probe(device);
    if ('missing' in found) {
      const reason = found.missing.replace(/^Cannot compute on "\w+": /, '');
      return { device, usable: false, description: reason };
    }
    const slow = found.software ? ', slower than the processor itself; "auto" leaves it out' : '';
    return { device, usable: true, description: `${found.name}${slow}` };
  });
  return [{ device: 'cpu', usable: true, description: 'the processor' }, ...(await Promise.all(others))];
}
