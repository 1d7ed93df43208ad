import { type Image, imageToTensor } from '../../core/image.ts';
import { input } from '../../graph/index.ts';
import { areaResize } from '../../images/resize.ts';
import { addToConfusion, type Confusion, createConfusion } from '../../metrics/confusion.ts';
import { inferenceMode } from '../../nn/layers.ts';
import { Variables } from '../../nn/variables.ts';
import { compile } from '../../runtime/program.ts';
import { readLabels } from './label-classes.ts';
import { readerNetwork } from './network.ts';
import type { ReaderModel } from './reader-file.ts';

/** Segments photos into classes and compares the result with label maps. */
export interface Reader {
  readonly about: ReaderModel['about'];
  /** The confusion matrix of a picture with its label map. */
  read(photo: Image, labelMap: Image): Promise<Confusion>;
  close(): Promise<void>;
}

/** Compiles a reader with moving averages, so that the result for a photo depends only on that photo. */
export async function openReader({ about, tensors }: ReaderModel): Promise<Reader> {
  const { classes, size } = about;
  const [height, width] = size;
  const photos = input('photo', [1, height, width, 3]);
  const logits = readerNetwork(new Variables(), photos, classes.length, inferenceMode);
  const program = await compile({ logits });
  const values = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
  const [photoValues, logitValues] = [
    new Float32Array(3 * height * width),
    new Float32Array(classes.length * height * width),
  ];
  const run = program.bind({ ...values, photo: photoValues, logits: logitValues });
  return {
    about,
    read: async (photo, labelMap) => {
      imageToTensor(areaResize(photo, width, height), photoValues);
      await run();
      const confusion = createConfusion(classes.length);
      addToConfusion(
        confusion,
        readLabels(labelMap, classes, height, width),
        largest(logitValues, classes.length),
      );
      return confusion;
    },
    close: () => program.release(),
  };
}

/** The most likely class of each pixel. */
function largest(logits: Float32Array, classes: number): Uint8Array {
  return new Uint8Array(logits.length / classes).map((_, pixel) => {
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if (logits[pixel * classes + k]! > logits[pixel * classes + best]!) best = k;
    }
    return best;
  });
}
