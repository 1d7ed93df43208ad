import { defineComponent, h, shallowRef } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { load } from '../../../../src/web/index.ts';
import { imageOf } from '../../../../src/web/pixels.ts';
import { imageFromUrl, pixelsOf } from '../../../../ui/parts/pixels.ts';
import { type Drawing, DrawingBoard } from './drawing-board.ts';
import { publicUrl, runtimeUrl } from './files.ts';
import { liveFigure } from './live-figure.ts';
import { Picture } from './picture.ts';
import { useStart } from './use-start.ts';

interface DrawingFigure extends Omit<Drawing, 'starts'> {
  readonly title: string;
  readonly caption: string;
  /** In docs/public, with its size in MB. */
  readonly model: readonly [path: string, megabytes: number];
  /** What the model makes. */
  readonly result: string;
  starts(): Promise<readonly Image[]>;
}

/** A figure with a drawing, and what a small generator makes of it. */
export function drawingFigure({ title, caption, model, result, starts, ...drawing }: DrawingFigure) {
  const [path, megabytes] = model;
  return defineComponent(() => {
    const translated = shallowRef<Image | null>(null);
    const start = useStart(
      async () => {
        // The model last, as it would have to be closed if the images failed.
        const images = await starts();
        return {
          starts: images,
          model: await load(publicUrl(path), { device: 'wasm', runtime: runtimeUrl() }),
        };
      },
      ({ model }) => void model.dispose(),
    );
    const translate = (image: Image) =>
      start.attempt(async () => {
        const made = await start.loaded.value!.model.pixels(pixelsOf(image), { latest: true });
        if (made) translated.value = imageOf(made);
      });
    return () =>
      liveFigure({ title, loads: `a model of ${megabytes} MB`, caption }, start, ({ starts }) => [
        h(DrawingBoard, { ...drawing, starts, onDrawn: translate }, () =>
          h(Picture, { image: translated.value, caption: result }),
        ),
      ]);
  });
}

/** Reads images of docs/public. */
export function imagesAt(paths: readonly string[]): Promise<Image[]> {
  return Promise.all(paths.map(path => imageFromUrl(publicUrl(path))));
}
