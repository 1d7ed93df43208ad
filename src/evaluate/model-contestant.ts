import { areaResize } from '../data/area-resize.ts';
import type { RunConfig } from '../train/config.ts';
import { openTranslator } from '../translate/translator.ts';
import type { Contestant } from './contestant.ts';

/** A trained model, translating at the size that it was trained at. Throws UserError where there is none at `path`. */
export async function openModelContestant(path: string): Promise<Contestant> {
  const translator = await openTranslator(path);
  const { config } = translator;
  const [height, width] = config.size;
  return {
    name: path,
    kind: 'model',
    about: describeModel(config),
    size: config.size,
    direction: config.direction,
    predict: ({ condition }) => translator.translate(areaResize(condition, width, height)),
    close: () => translator.close(),
  };
}

/** `preset paper, trained at 128×128; translates with the picture's own statistics, dropout on` */
function describeModel({ preset, size, generator }: RunConfig): string {
  const { statistics, dropout } = generator.inference;
  const normalised = statistics === 'batch' ? 'the picture’s own statistics' : 'moving averages';
  const noise = dropout && generator.dropout > 0 ? 'dropout on' : 'no dropout';
  return `preset ${preset}, trained at ${size.join('×')}; translates with ${normalised}, ${noise}`;
}
