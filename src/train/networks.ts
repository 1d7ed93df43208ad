import type { RunConfig } from '../config/config.ts';
import type { Random } from '../core/random.ts';
import { chooserOf, type Forms } from '../forms/convolutions.ts';
import { cpuTarget } from '../lower/cpu/index.ts';
import type { Target } from '../lower/emitter.ts';
import { type Device, devices } from '../runtime/device.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { type Arrays, type CompileOptions, compile } from '../runtime/program.ts';
import { createHostTrainee } from '../step/host-trainee.ts';
import { assertPrecision } from '../step/loss-scale.ts';
import type { CustomParts } from '../step/model.ts';
import { createResidentTrainee } from '../step/resident/trainee.ts';
import type { Trainee, TraineeOptions } from '../step/trainee.ts';
import { openTranslation, type Translation } from '../step/translation.ts';

// Networks in training on Node's ONNX Runtime.

/**
 * Builds the networks and compiles the passes of the configured algorithm, for the device that `options` names; `forms` are
 * those of convolutions on the CPU, by default shipped ones.
 */
export async function createTrainee(
  config: RunConfig,
  random: Random,
  { forms = {}, ...options }: TraineeOptions & CompileOptions & { readonly forms?: Forms } = {},
): Promise<Trainee> {
  assertPrecision(config, options.device);
  const device = devices[options.device ?? 'cpu'];
  return device.resident
    ? createResidentTrainee(nodeRuntime, device, config, random, options)
    : createHostTrainee(compile, config, random, { ...options, target: targetOf(device, forms) });
}

function targetOf({ target }: Device, forms: Forms): Target {
  return target.name === 'cpu' ? cpuTarget(chooserOf(forms)) : target;
}

/**
 * Compiles the generator for translating, on the CPU.
 * @param values the generator's weights and state, read at each run.
 * @param parts the custom generator, if one was trained.
 */
export function createTranslation(
  config: RunConfig,
  values: Arrays,
  parts: CustomParts = {},
): Promise<Translation> {
  return openTranslation(compile, config, values, parts);
}
