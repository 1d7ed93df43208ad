import { includedModels } from '../../export/included-models.ts';
import { deviceChoices } from '../../runtime/choose-device.ts';

/** The argument of every command that translates with a model. */
export const modelArgument = {
  type: 'positional',
  description: `Run folder, a checkpoint in it, an exported .onnx file, or an included model: ${includedModels.join(', ')}`,
} as const;

/** The flag of every command that computes. */
export const deviceOption = {
  type: 'string',
  valueHint: deviceChoices.join('|'),
  description: 'What to compute on; auto: the GPU that WebGPU finds, otherwise the CPU (default: auto)',
} as const;

/** The flag of commands that can share a machine with others. */
export const threadsOption = {
  type: 'string',
  valueHint: 'N',
  description: 'CPU threads (default: one per core)',
} as const;

/** The flag of every command whose output scripts may want to read. */
export const jsonOption = {
  type: 'boolean',
  description: 'Print JSON instead of text',
} as const;

/** The flag of commands that otherwise keep existing results. */
export const forceOption = { type: 'boolean', description: 'Overwrite existing results' } as const;
