import { defineComponent, h, onMounted, ref, shallowRef, watch } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { blank, copyOf, fillRectangle, type Point } from '../../../../ui/draw/raster.ts';
import { type FacadeClass, facadeClasses, SIZE } from './facades.ts';
import { paint } from './picture.ts';

/** The labels that matter most at this size. */
const offered: readonly FacadeClass[] = [
  'facade',
  'window',
  'door',
  'balcony',
  'cornice',
  'shop',
  'background',
];
const labels = offered.map(name => facadeClasses.find(each => each.name === name)!);
/** Pixels that an arrow key moves the cursor. */
const PACE = 2;

interface Props {
  /** Label maps to begin with. */
  starts: readonly Image[];
  onDrawn: (drawing: Image) => void;
}

/**
 * A label map to draw on, with the pictures of its slot beside it: drag a rectangle, or move a cursor with the arrow keys
 * and set two corners with Enter. Reports each change, the first drawing included.
 */
export const DrawingBoard = defineComponent(
  (props: Props, { slots }) => {
    const canvas = ref<HTMLCanvasElement>();
    const drawing = shallowRef<Image>(props.starts[0]!);
    const label = shallowRef<FacadeClass>('window');
    const corner = shallowRef<Point | null>(null);
    const cursor = shallowRef<Point>([SIZE / 2, SIZE / 2]);
    const hasKeys = ref(false);
    const said = ref('');
    let next = 0;

    const colour = () => labels.find(({ name }) => name === label.value)!.color;
    const withRectangle = (from: Point, to: Point): Image => {
      const changed = copyOf(drawing.value);
      fillRectangle(changed, from, to, colour());
      return changed;
    };
    const show = () => {
      paint(canvas.value!, corner.value ? withRectangle(corner.value, cursor.value) : drawing.value);
      if (hasKeys.value) drawCursor(canvas.value!, cursor.value);
    };
    const replace = (image: Image) => {
      corner.value = null;
      drawing.value = image;
      props.onDrawn(image);
    };
    const finish = () => {
      const [from, to] = [corner.value!, cursor.value];
      said.value = `${label.value} from ${from.join(', ')} to ${to.join(', ')}`;
      replace(withRectangle(from, to));
    };
    const setCorner = () => {
      corner.value = cursor.value;
      said.value = `One corner at ${cursor.value.join(', ')}`;
    };
    const moveBy = (step: Point) => {
      cursor.value = moved(cursor.value, step);
      said.value = cursor.value.join(', ');
    };
    onMounted(() => {
      show();
      props.onDrawn(drawing.value);
    });
    watch([drawing, corner, cursor, hasKeys], show);

    const at = (event: PointerEvent): Point => {
      const box = canvas.value!.getBoundingClientRect();
      const pixel = (distance: number, length: number) =>
        Math.min(SIZE, Math.max(0, Math.round((distance * SIZE) / length)));
      return [pixel(event.clientX - box.left, box.width), pixel(event.clientY - box.top, box.height)];
    };
    const press = (event: PointerEvent) => {
      hasKeys.value = false;
      canvas.value!.setPointerCapture(event.pointerId);
      [corner.value, cursor.value] = [at(event), at(event)];
    };
    const move = (event: PointerEvent) => {
      if (corner.value && !hasKeys.value) cursor.value = at(event);
    };
    const key = (event: KeyboardEvent) => {
      const step = arrows[event.key];
      if (!step && !['Enter', ' ', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      hasKeys.value = true;
      if (step) moveBy(step);
      else if (event.key === 'Escape') corner.value = null;
      else if (corner.value) finish();
      else setCorner();
    };

    const swatch = ({ name, color }: (typeof labels)[number]) =>
      h(
        'button',
        { type: 'button', 'aria-pressed': label.value === name, onClick: () => (label.value = name) },
        [h('span', { class: 'live-swatch', style: { background: `rgb(${color.join(' ')})` } }), name],
      );
    const board = () =>
      h('div', { class: 'live-picture live-board' }, [
        h('canvas', {
          ref: canvas,
          width: SIZE,
          height: SIZE,
          tabindex: 0,
          role: 'application',
          'aria-label':
            'Your drawing. Arrow keys move the cursor, Enter sets one corner of a rectangle and then the other, Escape starts over',
          onPointerdown: press,
          onPointermove: move,
          onPointerup: () => corner.value && finish(),
          onPointercancel: () => (corner.value = null),
          onKeydown: key,
          onFocus: (event: FocusEvent) =>
            (hasKeys.value = (event.target as Element).matches(':focus-visible')),
          onBlur: () => (hasKeys.value = false),
        }),
        h('span', { 'aria-hidden': true }, 'your drawing: drag rectangles'),
      ]);
    return () => [
      h('div', { class: 'live-pictures' }, [board(), slots.default?.()]),
      h('div', { class: 'live-controls', role: 'group', 'aria-label': 'Label' }, labels.map(swatch)),
      h('div', { class: 'live-controls' }, [
        h(
          'button',
          { type: 'button', onClick: () => replace(props.starts[++next % props.starts.length]!) },
          'Another facade',
        ),
        h(
          'button',
          { type: 'button', onClick: () => replace(blank(SIZE, SIZE, labels[0]!.color)) },
          'Empty wall',
        ),
      ]),
      h('p', { class: 'visually-hidden', 'aria-live': 'polite' }, said.value),
    ];
  },
  { props: ['starts', 'onDrawn'] },
);

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: [-PACE, 0],
  ArrowRight: [PACE, 0],
  ArrowUp: [0, -PACE],
  ArrowDown: [0, PACE],
};

function moved([x, y]: Point, [right, down]: Point): Point {
  const inside = (value: number) => Math.min(SIZE, Math.max(0, value));
  return [inside(x + right), inside(y + down)];
}

function drawCursor(canvas: HTMLCanvasElement, [x, y]: Point): void {
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(x - 3, y, 7, 1);
  context.fillRect(x, y - 3, 1, 7);
}
