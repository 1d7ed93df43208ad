import type { RunConfig } from '../config/config.ts';
import { fieldName, settings, valueAt } from '../config/settings-index.ts';
import { UserError } from '../core/errors.ts';
import { sameShape, showShape } from '../core/shape.ts';
import type { WeightsMap } from '../formats/safetensors.ts';
import { belongsToEnhancer } from '../models/enhancer.ts';
import type { SavedModel } from '../runs/model-files.ts';
import type { Trainee } from '../step/trainee.ts';
import { stateKey } from '../step/training-state.ts';

/**
 * Copies a model's weights into newly built networks. Its discriminator is used if all of it fits, and an enhancer may
 * start from its global generator alone.
 * Throws {@link UserError} if its generator doesn't fit.
 * @returns messages for the user, one sentence each.
 */
export function startFromModel(
  { generator, discriminator, state }: Trainee,
  model: SavedModel,
  config: RunConfig,
): string[] {
  const wanted = (variables: Trainee['generator']['variables']) => variables.map(({ name }) => name);
  const enhances = ![...model.tensors.keys()].some(belongsToEnhancer);
  const inherited = wanted(generator.variables).filter(name => !(enhances && belongsToEnhancer(name)));
  const misfits = inherited.flatMap(name => misfitOf(name, state.model, model.tensors));
  if (misfits.length > 0) refuse(model, misfits, config);
  const discriminating = wanted(discriminator.variables);
  const discriminatorFits = discriminating.every(
    name => misfitOf(name, state.model, model.tensors).length === 0,
  );
  for (const name of [...inherited, ...(discriminatorFits ? discriminating : [])]) {
    const { data } = model.tensors.get(name)!;
    state.model.get(name)!.data.set(data);
    // If the model is an average, training continues from it too.
    state.optimizerState.get(stateKey(name, 'trained'))?.data.set(data);
  }
  const notes = discriminatorFits
    ? []
    : [`The discriminator is trained from scratch: "${model.path}" has none that matches`];
  const isFiner = inherited.length < generator.variables.length;
  return isFiner
    ? [`"${model.path}" is the global generator; the enhancer around it is trained from scratch`, ...notes]
    : notes;
}

/** Settings of the generator that its weights' shapes don't depend on. */
const WITHOUT_WEIGHTS = ['dropout', 'initializer', 'inference'];

/** Names the settings that differ from the model's, or else the first tensors that don't fit. */
function refuse({ path, config: own }: SavedModel, misfits: readonly string[], config: RunConfig): never {
  const changed = settings.flatMap(({ path: [group, name] }) => {
    const place = ['generator', name!];
    const [was, is] = [valueAt(own, place), valueAt(config, place)];
    const isSame = group !== 'generator' || WITHOUT_WEIGHTS.includes(name!) || was === is;
    return isSame ? [] : [`${fieldName(place)} (${is}, it has ${was})`];
  });
  const others = misfits.length > 3 ? `; and ${misfits.length - 3} more` : '';
  const reason =
    changed.length > 0
      ? `its generator has other weights than these settings need: ${changed.join(', ')}; leave them out`
      : `its generator does not fit: ${misfits.slice(0, 3).join('; ')}${others}; leave out the flags that change it`;
  throw new UserError(`Cannot start from "${path}": ${reason}`);
}

function misfitOf(name: string, wanted: WeightsMap, given: WeightsMap): string[] {
  const { shape } = wanted.get(name)!;
  const found = given.get(name);
  if (!found) return [`"${name}" is missing`];
  if (sameShape(found.shape, shape)) return [];
  return [`"${name}" is ${showShape(found.shape)}, expected ${showShape(shape)}`];
}
