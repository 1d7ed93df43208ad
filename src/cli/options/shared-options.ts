import { deviceChoices } from '../../runtime/choose-device.ts';

/** The flag of every command that computes. */
export const deviceOption = {
  type: 'string',
  valueHint: deviceChoices.join('|'),
  description: 'What to compute on; auto: the GPU that WebGPU finds, otherwise the CPU (default: auto)',
} as const;

/** The flag of every command whose output scripts may want to read. */
export const jsonOption = {
  type: 'boolean',
  description: 'Print JSON instead of text',
} as const;

/** The flag of commands that otherwise keep existing results. */
export const forceOption = { type: 'boolean', description: 'Overwrite existing results' } as const;
