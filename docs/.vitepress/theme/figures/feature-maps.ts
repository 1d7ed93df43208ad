import { defineComponent, h, onMounted, ref, watch } from 'vue';
import type { FeatureMaps } from './networks-worker.ts';

const [COLUMNS, ROWS] = [4, 2];

/** Some of a layer's feature maps, each from its smallest value (black) to its largest (white). */
export const FeatureMapsView = defineComponent(
  (props: { maps: FeatureMaps; label: string }) => {
    const canvas = ref<HTMLCanvasElement>();
    const show = () => paintMaps(canvas.value!, props.maps);
    onMounted(show);
    watch(() => props.maps, show);
    return () => h('canvas', { ref: canvas, class: 'live-maps', role: 'img', 'aria-label': props.label });
  },
  { props: ['maps', 'label'] },
);

/** The channels that vary most, in their own order. */
function liveliest(maps: FeatureMaps): number[] {
  const count = Math.min(COLUMNS * ROWS, maps.channels);
  const spread = Array.from({ length: maps.channels }, (_, channel) => {
    const [low, high] = rangeOf(maps, channel);
    return { channel, spread: high - low };
  });
  return spread
    .sort((a, b) => b.spread - a.spread)
    .slice(0, count)
    .map(({ channel }) => channel)
    .sort((a, b) => a - b);
}

function rangeOf({ data, channels }: FeatureMaps, channel: number): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = channel; i < data.length; i += channels) {
    low = Math.min(low, data[i]!);
    high = Math.max(high, data[i]!);
  }
  return [low, high];
}

function paintMaps(canvas: HTMLCanvasElement, maps: FeatureMaps): void {
  const { width, height, channels, data } = maps;
  const small = new OffscreenCanvas(width, height);
  const brush = small.getContext('2d')!;
  // The same size for all layers, so that their maps differ in resolution only.
  const side = 64;
  Object.assign(canvas, { width: COLUMNS * (side + 2) - 2, height: ROWS * (side + 2) - 2 });
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  for (const [place, channel] of liveliest(maps).entries()) {
    const [low, high] = rangeOf(maps, channel);
    const pixels = brush.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      const gray = (255 * (data[i * channels + channel]! - low)) / (high - low || 1);
      pixels.data.set([gray, gray, gray, 255], 4 * i);
    }
    brush.putImageData(pixels, 0, 0);
    const [x, y] = [place % COLUMNS, Math.floor(place / COLUMNS)];
    context.drawImage(small, x * (side + 2), y * (side + 2), side, side);
  }
}
