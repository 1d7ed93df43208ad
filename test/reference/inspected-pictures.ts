import { join } from 'node:path';
import sharp from 'sharp';
import type { Image, Samples } from '../../src/core/image.ts';
import { Random } from '../../src/core/random.ts';
import { findProblems } from '../../src/data/inspection/find-problems.ts';
import { surveyDataSet } from '../../src/data/inspection/survey.ts';
import { asRgb } from '../../src/images/picture.ts';
import { classColors, syntheticFacade } from '../../src/prepare/facades/index.ts';
import { defaultValues, photoTasks } from '../../src/prepare/tasks/index.ts';
import { savePicture, temporaryFolder } from '../data-fixtures.ts';

export const facade = (seed: number, size = 64) => syntheticFacade(Random.fromSeed(seed), size);

export function drawingOf(photo: Image): Image {
  const { edges } = photoTasks;
  return asRgb({ image: edges.derive(photo, defaultValues(edges), Random.fromSeed(0)), alpha: false });
}

export function grayOf(photo: Image): Image {
  const { colorize } = photoTasks;
  return asRgb({ image: colorize.derive(photo, defaultValues(colorize), Random.fromSeed(0)), alpha: false });
}

export const opaque = (image: Image<Samples>) => ({ image, alpha: false });

export async function throughJpeg(image: Image, quality: number): Promise<Image> {
  const { width, height, data } = image;
  const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
  return { ...image, data: new Uint8Array(await sharp(bytes).raw().toBuffer()) };
}

/** Class indices as gray levels, with the regions of a facade. */
export function indexMap(seed: number, size = 64, scale = 1): Image {
  const { label } = facade(seed, size);
  const colors = Object.values(classColors).map(color => color.join());
  const data = new Uint8Array(size * size).map((_, i) => {
    const index = colors.indexOf(label.data.slice(3 * i, 3 * i + 3).join());
    return index === 0 ? 255 : scale * index;
  });
  return { width: size, height: size, channels: 1, data };
}

/** Twelve sound pairs in folders, two of them for testing. */
export async function soundData(): Promise<string> {
  const folder = await temporaryFolder();
  for (let i = 0; i < 12; i++) {
    const split = i < 10 ? 'train' : 'test';
    const { photo, label } = facade(i);
    await savePicture(join(folder, `${split}A/${i}.png`), photo);
    await savePicture(join(folder, `${split}B/${i}.png`), label);
  }
  return folder;
}

export async function problemsIn(folder: string) {
  const problems = findProblems(await surveyDataSet(folder));
  return problems.map(({ kind, split, files, detail }) => ({
    kind,
    split,
    files: files.map(file => file.slice(folder.length + 1)),
    detail,
  }));
}
