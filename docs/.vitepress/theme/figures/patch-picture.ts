import { defineComponent, h, onMounted, ref, watch } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { paint } from './picture.ts';

type Range = readonly [from: number, to: number];

interface Props {
  image: Image;
  /** How likely each patch is real, row by row, as many rows as columns. */
  beliefs: readonly number[];
  /** The chosen patch. */
  patch: readonly [row: number, column: number];
  /** The pixels that the chosen patch depends on; beyond the image, too. */
  field: readonly [rows: Range, columns: Range];
  caption: string;
  onChoose: (patch: readonly [row: number, column: number]) => void;
}

/** Canvas pixels per pixel of the image. */
const ZOOM = 4;
const [REAL, FAKE] = ['26 110 235', '240 110 0'];

/** An image under a map of what the discriminator believes, with the receptive field of one patch. */
export const PatchPicture = defineComponent(
  (props: Props) => {
    const canvas = ref<HTMLCanvasElement>();
    const perSide = () => Math.sqrt(props.beliefs.length);
    const show = () => draw(canvas.value!, props, perSide());
    onMounted(show);
    watch(() => [props.image, props.beliefs, props.patch], show);
    const point = ({ clientX, clientY }: PointerEvent) => {
      const { left, top, width, height } = canvas.value!.getBoundingClientRect();
      const index = (share: number) => Math.min(perSide() - 1, Math.max(0, Math.floor(share * perSide())));
      props.onChoose([index((clientY - top) / height), index((clientX - left) / width)]);
    };
    const key = (event: KeyboardEvent) => {
      const step = arrows[event.key];
      if (!step) return;
      event.preventDefault();
      const inside = (index: number) => Math.min(perSide() - 1, Math.max(0, index));
      props.onChoose([inside(props.patch[0] + step[0]), inside(props.patch[1] + step[1])]);
    };
    return () =>
      h('div', { class: 'live-picture' }, [
        h('canvas', {
          ref: canvas,
          class: 'live-patches',
          tabindex: 0,
          role: 'application',
          'aria-label': `${props.caption}. Arrow keys choose a patch`,
          onPointermove: point,
          onPointerdown: point,
          onKeydown: key,
        }),
        h('span', { 'aria-hidden': true }, props.caption),
      ]);
  },
  { props: ['image', 'beliefs', 'patch', 'field', 'caption', 'onChoose'] },
);

const arrows: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

function draw(canvas: HTMLCanvasElement, { image, beliefs, patch, field }: Props, perSide: number): void {
  const small = document.createElement('canvas');
  paint(small, image);
  Object.assign(canvas, { width: image.width * ZOOM, height: image.height * ZOOM });
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  // In gray, as red bricks would look like a belief.
  context.filter = 'grayscale(1)';
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
  context.filter = 'none';
  const side = canvas.width / perSide;
  for (const [i, belief] of beliefs.entries()) {
    context.fillStyle = `rgb(${belief > 0.5 ? REAL : FAKE} / ${1.4 * Math.abs(belief - 0.5)})`;
    context.fillRect((i % perSide) * side, Math.floor(i / perSide) * side, side, side);
  }
  outline(context, [patch[0] * side, patch[1] * side, side, side]);
  const [[top, bottom], [left, right]] = field.map(range =>
    range.map(pixel => Math.min(image.width, Math.max(0, pixel)) * ZOOM),
  ) as [number[], number[]] as [[number, number], [number, number]];
  outline(context, [top, left, bottom - top, right - left]);
}

/** A frame that is seen on light and on dark ground. */
function outline(
  context: CanvasRenderingContext2D,
  [top, left, height, width]: readonly [number, number, number, number],
): void {
  for (const [colour, lineWidth] of [
    ['#000', 4],
    ['#fff', 2],
  ] as const) {
    Object.assign(context, { strokeStyle: colour, lineWidth });
    context.strokeRect(left + 1, top + 1, width - 2, height - 2);
  }
}
