import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import { trainingScale } from '../../src/web/fit.ts';
import { api } from '../client/api.ts';
import { imageFromUrl } from '../parts/pixels.ts';
import { readPicture } from '../parts/read-picture.ts';

/** A condition, with its target if known. */
export interface Input {
  readonly name: string;
  readonly condition: Image;
  readonly target: Image | null;
}

/** The first test pairs of a run's data set, as the run sees them; training pairs if there are no test pairs. */
export async function inputsFromRun(run: string, count: number): Promise<Input[]> {
  const { split, names } = await api.anyPairs(run);
  const inputs: Input[] = [];
  for (const index of names.slice(0, count).keys()) {
    const pair = await api.pair(run, split, index, null);
    const [condition, target] = await Promise.all([imageFromUrl(pair.condition), imageFromUrl(pair.target)]);
    inputs.push({ name: pair.name, condition, target });
  }
  return inputs;
}

/** The user's pictures, at about the run's training size. */
export async function inputsFromFiles(run: string, files: readonly File[]): Promise<Input[]> {
  const { size, config } = await api.run(run);
  const reading = {
    sizeFor: (own: Size) => trainingScale(own, size),
    smooth: config.resize.condition !== 'nearest',
  };
  return Promise.all(
    files.map(async file => {
      const condition = await readPicture(file, file.name, reading);
      return { name: file.name, condition, target: null };
    }),
  );
}
