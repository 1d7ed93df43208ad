import { defineComponent, h, shallowRef, type VNodeChild } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { load } from '../../../../src/web/index.ts';
import { imageOf } from '../../../../src/web/pixels.ts';
import { pixelsOf } from '../../../../ui/parts/pixels.ts';
import { unseenFacades } from './facades.ts';
import { modelUrl, runtimeUrl } from './files.ts';
import { keep } from './keep.ts';
import { liveFigure } from './live-figure.ts';
import { lossCurves } from './loss-curve.ts';
import { Picture } from './picture.ts';
import scores from './scores.json' with { type: 'json' };
import { useStart } from './use-start.ts';

const objectives = { article: 'As in the article', l1: 'With --l1 100 --shuffle' } as const;
type Objective = keyof typeof objectives;
const names = Object.keys(objectives) as Objective[];
const epochs = scores.epochs;
const PAIRS = 3;

type Rows = Readonly<Record<Objective, readonly Image[]>>;

/** The article's training after 1, 10 and 50 epochs, as it stands and with an L1 term. */
export default defineComponent(() => {
  const pairs = shallowRef(unseenFacades(0));
  const chosen = shallowRef(0);
  const shown = shallowRef(0);
  const rows = shallowRef<Rows | null>(null);
  const translated = new Map<number, Promise<Rows>>();
  const rowsAt = (index: number): Promise<Rows> => {
    const conditions = pairs.value.map(({ condition }) => condition);
    return keep(translated, index, () => translateAll(epochs[index]!, conditions));
  };
  const show = async (): Promise<void> => {
    const index = chosen.value;
    const made = await rowsAt(index);
    if (index === chosen.value) [rows.value, shown.value] = [made, index];
  };
  const start = useStart(
    async () => {
      pairs.value = unseenFacades(PAIRS);
      await show();
      return true;
    },
    () => {},
  );
  const choose = (event: Event) => {
    chosen.value = Number((event.target as HTMLInputElement).value);
    void start.attempt(show);
  };

  const slider = () =>
    h('label', { class: 'live-slider' }, [
      h('span', `After epoch ${epochs[chosen.value]}`),
      h('input', {
        type: 'range',
        min: 0,
        max: epochs.length - 1,
        step: 1,
        value: chosen.value,
        'aria-valuetext': `after epoch ${epochs[chosen.value]}`,
        onInput: choose,
      }),
      h(
        'span',
        { class: 'live-ticks', 'aria-hidden': true },
        epochs.map(epoch => h('span', epoch)),
      ),
    ]);
  const row = (title: string, images: readonly Image[], more: VNodeChild[] = []): VNodeChild =>
    h('section', { class: 'live-row', 'aria-label': title }, [
      h('p', { class: 'live-label' }, h('strong', title)),
      h(
        'div',
        { class: 'live-pictures' },
        images.map((image, i) => h(Picture, { image, caption: `facade ${i + 1}`, key: i })),
      ),
      ...more,
    ]);
  const translations = (name: Objective): VNodeChild => {
    const { discriminatorLosses, adversarialLosses, l1 } = scores[name];
    const curves = { 'D’s loss': discriminatorLosses, 'G’s adversarial loss': adversarialLosses };
    return row(objectives[name], rows.value![name], [
      lossCurves(curves, epochs[shown.value]! - 1),
      h('p', { class: 'live-label' }, `Difference from the targets (L1): ${l1[shown.value]!.toFixed(2)}`),
    ]);
  };
  return () =>
    liveFigure(
      {
        title: 'Epochs 1, 10 and 50, with and without L1',
        loads: 'two models of 0.3 MB for each epoch',
        caption:
          'The article’s networks at 64×64 pixels with 8 filters, trained on 80 invented facades. The facades here are new to them. Curves: means of each epoch, over 50 epochs. L1: mean over 20 test pairs, on values from −1 to 1.',
      },
      start,
      () => [
        slider(),
        h('output', { class: 'live-result' }, shown.value === chosen.value ? '' : 'Loading the models …'),
        row(
          'Condition',
          pairs.value.map(({ condition }) => condition),
        ),
        ...(rows.value ? names.map(translations) : []),
        row(
          'Target',
          pairs.value.map(({ target }) => target),
        ),
      ],
    );
});

/** What both models of an epoch make of conditions. */
async function translateAll(epoch: number, conditions: readonly Image[]): Promise<Rows> {
  const made = await Promise.all(names.map(name => translated(`${name}-${epoch}.onnx`, conditions)));
  return Object.fromEntries(names.map((name, i) => [name, made[i]!])) as unknown as Rows;
}

/** What a model makes of conditions; each is loaded for this alone, as many at once would fill a telephone's memory. */
async function translated(file: string, conditions: readonly Image[]): Promise<Image[]> {
  const model = await load(modelUrl(file), { device: 'wasm', runtime: runtimeUrl() });
  try {
    const images: Image[] = [];
    for (const condition of conditions) images.push(imageOf(await model.pixels(pixelsOf(condition))));
    return images;
  } finally {
    await model.dispose();
  }
}
