import type { ModelDescription } from '../export/description.ts';
import { modelPath } from '../export/included-models.ts';
import { resample } from '../images/resize.ts';
import { openFiniteModel } from '../runs/model-files.ts';
import type { DeviceName } from '../runtime/device.ts';
import { openTranslator } from '../translate/translator.ts';
import type { Contestant } from './contestant.ts';
import { diagnoseModel } from './diagnosis/diagnose-model.ts';
import { diagnoseRun } from './diagnosis/diagnose-run.ts';

/** A trained model, translating at its training size. Throws UserError if there is none of that path or name. */
export async function openModelContestant(name: string, device?: DeviceName): Promise<Contestant> {
  const path = await modelPath(name);
  const weights = path.endsWith('.onnx') ? null : await openFiniteModel(path);
  const translator = await openTranslator(path, { device });
  const { description } = translator;
  const size = description.size.trained;
  return {
    name,
    kind: 'model',
    about: describeModel(description),
    size,
    direction: description.direction,
    channels: { condition: description.input.channels, target: description.output.channels },
    predict: ({ condition }) => translator.translate(resample(condition, size, description.input.resampling)),
    ...(weights && {
      diagnose: async pairs => [
        ...(await diagnoseRun(path, path, weights.config)),
        ...(await diagnoseModel(path, weights, pairs)),
      ],
    }),
    close: () => translator.close(),
  };
}

/** `preset paper, trained at 128×128; translates with the picture's own statistics, dropout on` */
function describeModel({ preset, size, statistics, noise }: ModelDescription): string {
  const norms = {
    image: 'with the image’s own statistics',
    moving: 'with moving averages',
    none: 'without norms',
  };
  return `preset ${preset}, trained at ${size.trained.join('×')}; translates ${norms[statistics]}, dropout ${noise ? 'on' : 'off'}`;
}
