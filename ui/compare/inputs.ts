import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import { trainingScale } from '../../src/web/fit.ts';
import { api, request } from '../client/api.ts';
import { readImage } from '../parts/pixels.ts';
import { readPicture } from '../parts/read-picture.ts';

/** A condition, with its target if known. */
export interface Input {
  readonly name: string;
  readonly condition: Image;
  readonly target: Image | null;
}

/** The first test pairs of a run's data set, as the run sees them; training pairs if there are no test pairs. */
export async function inputsFromRun(run: string, count: number, signal: AbortSignal): Promise<Input[]> {
  const { split, names } = await api.anyPairs(run);
  const read = async (index: number, part: 'condition' | 'target') =>
    readImage(await (await request(api.pairPictureUrl(run, split, index, part), { signal })).blob());
  const inputs: Input[] = [];
  for (const [index, name] of names.slice(0, count).entries()) {
    const [condition, target] = await Promise.all([read(index, 'condition'), read(index, 'target')]);
    inputs.push({ name, condition, target });
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
