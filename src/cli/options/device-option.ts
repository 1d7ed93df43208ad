import { deviceChoices } from '../../runtime/choose-device.ts';

/** The flag of every command that computes. */
export const deviceOption = {
  type: 'string',
  valueHint: deviceChoices.join('|'),
  description: 'What computes; auto (the default): a graphics processor if there is one that WebGPU reaches',
} as const;
