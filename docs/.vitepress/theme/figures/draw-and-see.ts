import { defineComponent, h, shallowRef } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { load } from '../../../../src/web/index.ts';
import { DrawingBoard } from './drawing-board.ts';
import { unseenFacades } from './facades.ts';
import { modelUrl, runtimeUrl } from './files.ts';
import { liveFigure } from './live-figure.ts';
import { imageFrom, Picture, pixelsOf } from './picture.ts';
import { useStart } from './use-start.ts';

/** A drawing, and what a small generator makes of it. */
export default defineComponent(() => {
  const translated = shallowRef<Image | null>(null);
  const start = useStart(
    async () => {
      const model = await load(modelUrl('l1-50.onnx'), { device: 'wasm', runtime: runtimeUrl() });
      return { model, starts: unseenFacades(4).map(({ condition }) => condition) };
    },
    ({ model }) => void model.dispose(),
  );
  const translate = (drawing: Image) =>
    start.attempt(async () => {
      const made = await start.loaded.value!.model.pixels(pixelsOf(drawing), { latest: true });
      if (made) translated.value = imageFrom(made);
    });
  return () =>
    liveFigure(
      {
        title: 'Draw and see',
        loads: 'a model of 0.3 MB',
        caption:
          'A label map, and the photo that a small model makes of it, in this page. The model has 64×64 pixels and 8 filters and has seen 80 invented facades.',
      },
      start,
      ({ starts }) => [
        h(DrawingBoard, { starts, onDrawn: translate }, () =>
          h(Picture, { image: translated.value, caption: 'what the generator makes of it' }),
        ),
      ],
    );
});
