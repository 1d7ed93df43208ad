import { computed, defineComponent, h, shallowRef, type VNodeChild } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { DrawingBoard } from './drawing-board.ts';
import { facadeDrawing, unseenFacades } from './facades.ts';
import { FeatureMapsView } from './feature-maps.ts';
import { liveFigure } from './live-figure.ts';
import type { FeatureMaps, Generated } from './networks-worker.ts';
import { openNetworks } from './open-networks.ts';
import { Picture } from './picture.ts';
import { useStart } from './use-start.ts';

/** The U-Net's feature maps for a drawing, with a switch for each skip connection. */
export default defineComponent(() => {
  const start = useStart(
    async () => {
      const networks = await openNetworks('l1');
      return { networks, starts: unseenFacades(4).map(({ condition }) => condition) };
    },
    ({ networks }) => networks.close(),
  );
  const drawing = shallowRef<Image | null>(null);
  /** By decoder block, from the innermost on. */
  const gates = shallowRef<readonly number[]>([]);
  const whole = shallowRef<Generated | null>(null);
  const switched = shallowRef<Generated | null>(null);
  const change = computed(() =>
    whole.value && switched.value ? difference(whole.value.image, switched.value.image) : 0,
  );

  const compute = (isDrawn: boolean) =>
    start.attempt(async () => {
      const { networks } = start.loaded.value!;
      const [condition, chosen] = [drawing.value!, gates.value];
      const all = chosen.map(() => 1);
      if (isDrawn) {
        const made = await networks.generate(condition, all);
        if (drawing.value === condition) whole.value = made;
      }
      const made = chosen.every(Boolean) ? whole.value : await networks.generate(condition, chosen);
      if (drawing.value === condition && gates.value === chosen) switched.value = made;
    });
  const draw = (image: Image) => {
    if (gates.value.length === 0) gates.value = new Array(start.loaded.value!.networks.levels - 1).fill(1);
    drawing.value = image;
    void compute(true);
  };
  const setGates = (next: readonly number[]) => {
    gates.value = next;
    void compute(false);
  };

  const level = (features: Generated['features'], index: number): VNodeChild => {
    const levels = gates.value.length + 1;
    // The decoder's first block gets the encoder's last level but one.
    const block = levels - index;
    const [encoder, decoder] = [`down${index}`, `up${block}`];
    return h('div', { class: 'live-level', key: index }, [
      layer(encoder, features[encoder]!),
      h('label', { class: 'live-skip' }, [
        h('input', {
          type: 'checkbox',
          checked: gates.value[block - 1] === 1,
          onChange: () => setGates(gates.value.map((gate, i) => (i === block - 1 ? 1 - gate : gate))),
        }),
        h('span', `skip ${index}`),
      ]),
      layer(decoder, features[decoder]!),
    ]);
  };
  const body = (features: Generated['features']): VNodeChild[] => {
    const levels = gates.value.length + 1;
    const bottleneck = `down${levels}`;
    return [
      h('div', { class: 'live-level live-heads', 'aria-hidden': true }, [
        h('span', 'encoder ↓'),
        h('span', '→'),
        h('span', 'decoder ↑'),
      ]),
      ...Array.from({ length: levels - 1 }, (_, i) => level(features, i + 1)),
      h('div', { class: 'live-level live-bottleneck' }, [
        layer(`${bottleneck}, the bottleneck`, features[bottleneck]!),
      ]),
      h('div', { class: 'live-controls' }, [
        h('button', { type: 'button', onClick: () => setGates(gates.value.map(() => 1)) }, 'All skips on'),
        h('button', { type: 'button', onClick: () => setGates(gates.value.map(() => 0)) }, 'All skips off'),
      ]),
    ];
  };
  return () =>
    liveFigure(
      {
        title: 'Inside the U-Net',
        loads: 'a model of 1.1 MB',
        caption:
          'Of each layer, the eight feature maps that vary most, from their smallest value (black) to their largest (white). A switch that is off multiplies a skip connection by zero. The network was trained with all of them, so this shows what it relies on, not what a network trained without skips would do.',
      },
      start,
      ({ starts }) => [
        h(DrawingBoard, { ...facadeDrawing, starts, onDrawn: draw }, () => [
          h(Picture, { image: whole.value?.image ?? null, caption: 'with all skip connections' }),
          h(Picture, { image: switched.value?.image ?? null, caption: 'with your switches' }),
        ]),
        h(
          'output',
          { class: 'live-result' },
          `Your switches change each value by ${change.value.toFixed(1)} of 255 on average.`,
        ),
        ...(switched.value ? body(switched.value.features) : []),
      ],
    );
});

function layer(name: string, maps: FeatureMaps): VNodeChild {
  const size = `${maps.height}×${maps.width}×${maps.channels}`;
  return h('div', { class: 'live-layer' }, [
    h(FeatureMapsView, { maps, label: `Feature maps of ${name}, ${size}` }),
    h('span', { 'aria-hidden': true }, `${name} · ${size}`),
  ]);
}

/** The mean absolute difference of two images of one size. */
function difference(a: Image, b: Image): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}
