import { defineComponent, h, onMounted, ref, shallowRef, watch } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import {
  blank,
  type Color,
  copyOf,
  fillRectangle,
  type Point,
  strokeLine,
} from '../../../../ui/draw/raster.ts';
import type { Swatch } from '../../../../ui/draw/swatches.ts';
import { paint } from './picture.ts';

/** What one draws with, and on what. */
export interface Drawing {
  /** Images to begin with, all of one size. */
  readonly starts: readonly Image[];
  /** The first one is pressed. */
  readonly pens: readonly Swatch[];
  /** Rectangles, or lines of this many pixels. */
  readonly lines: number | 'rectangles';
  /** What the buttons for the next start, and for an empty drawing of a colour, say. */
  readonly next: string;
  readonly empty?: { readonly says: string; readonly color: Color };
}

type Props = Drawing & { onDrawn: (drawing: Image) => void };

/** Pixels that an arrow key moves the cursor. */
const PACE = 2;

/**
 * An image to draw on, with the pictures of its slot beside it: drag, or move a cursor with the arrow keys and press
 * Enter. Reports each change, the first drawing included.
 */
export const DrawingBoard = defineComponent(
  (props: Props, { slots }) => {
    const canvas = ref<HTMLCanvasElement>();
    const drawing = shallowRef<Image>(props.starts[0]!);
    const { width, height } = drawing.value;
    const pen = shallowRef<Swatch>(props.pens[0]!);
    /** A corner of the rectangle, or where the line has come to; null where the pen is up. */
    const from = shallowRef<Point | null>(null);
    const cursor = shallowRef<Point>([width / 2, height / 2]);
    const hasKeys = ref(false);
    const said = ref('');
    const drawsLines = props.lines !== 'rectangles';
    let next = 0;

    const marked = (start: Point, end: Point): Image => {
      const changed = copyOf(drawing.value);
      if (props.lines === 'rectangles') fillRectangle(changed, start, end, pen.value.color);
      else strokeLine(changed, start, end, props.lines, pen.value.color);
      return changed;
    };
    const show = () => {
      const isUnfinished = from.value !== null && !drawsLines;
      paint(canvas.value!, isUnfinished ? marked(from.value!, cursor.value) : drawing.value);
      if (hasKeys.value) drawCursor(canvas.value!, cursor.value);
    };
    const change = (image: Image) => {
      drawing.value = image;
      props.onDrawn(image);
    };
    const replace = (image: Image) => {
      from.value = null;
      change(image);
    };
    const putDown = () => {
      from.value = cursor.value;
      if (drawsLines) change(marked(cursor.value, cursor.value));
      said.value = drawsLines ? 'The pen is down' : `One corner at ${cursor.value.join(', ')}`;
    };
    const moveTo = (point: Point) => {
      cursor.value = point;
      if (from.value === null || !drawsLines) return;
      change(marked(from.value, point));
      from.value = point;
    };
    const lift = () => {
      const [start, end] = [from.value!, cursor.value];
      from.value = null;
      if (!drawsLines) change(marked(start, end));
      said.value = drawsLines
        ? 'The pen is up'
        : `${pen.value.name} from ${start.join(', ')} to ${end.join(', ')}`;
    };
    onMounted(() => {
      show();
      props.onDrawn(drawing.value);
    });
    watch([drawing, from, cursor, hasKeys], show);

    const at = (event: PointerEvent): Point => {
      const box = canvas.value!.getBoundingClientRect();
      const x = Math.round(((event.clientX - box.left) * width) / box.width);
      const y = Math.round(((event.clientY - box.top) * height) / box.height);
      return within(x, y);
    };
    const within = (x: number, y: number): Point => [
      Math.min(width, Math.max(0, x)),
      Math.min(height, Math.max(0, y)),
    ];
    const press = (event: PointerEvent) => {
      hasKeys.value = false;
      canvas.value!.setPointerCapture(event.pointerId);
      cursor.value = at(event);
      putDown();
    };
    const move = (event: PointerEvent) => {
      if (from.value && !hasKeys.value) moveTo(at(event));
    };
    const key = (event: KeyboardEvent) => {
      const step = arrows[event.key];
      if (!step && !['Enter', ' ', 'Escape'].includes(event.key)) return;
      event.preventDefault();
      hasKeys.value = true;
      if (step) {
        moveTo(within(cursor.value[0] + step[0], cursor.value[1] + step[1]));
        said.value = cursor.value.join(', ');
      } else if (event.key === 'Escape') from.value = null;
      else if (from.value) lift();
      else putDown();
    };

    const swatch = (each: Swatch) =>
      h('button', { type: 'button', 'aria-pressed': pen.value === each, onClick: () => (pen.value = each) }, [
        h('span', { class: 'live-swatch', style: { background: `rgb(${each.color.join(' ')})` } }),
        each.name,
      ]);
    const button = (says: string, onClick: () => void) => h('button', { type: 'button', onClick }, says);
    const keys = drawsLines
      ? 'Arrow keys move the cursor, Enter puts the pen down and lifts it'
      : 'Arrow keys move the cursor, Enter sets one corner of a rectangle and then the other, Escape starts over';
    const board = () =>
      h('div', { class: 'live-picture live-board' }, [
        h('canvas', {
          ref: canvas,
          width,
          height,
          tabindex: 0,
          role: 'application',
          'aria-label': `Your drawing. ${keys}`,
          onPointerdown: press,
          onPointermove: move,
          onPointerup: () => from.value && lift(),
          onPointercancel: () => (from.value = null),
          onKeydown: key,
          onFocus: (event: FocusEvent) =>
            (hasKeys.value = (event.target as Element).matches(':focus-visible')),
          onBlur: () => (hasKeys.value = false),
        }),
        h(
          'span',
          { 'aria-hidden': true },
          drawsLines ? 'your drawing: draw here' : 'your drawing: drag rectangles',
        ),
      ]);
    return () => [
      h('div', { class: 'live-pictures' }, [board(), slots.default?.()]),
      h('div', { class: 'live-controls', role: 'group', 'aria-label': 'Colour' }, props.pens.map(swatch)),
      h('div', { class: 'live-controls' }, [
        button(props.next, () => replace(props.starts[++next % props.starts.length]!)),
        props.empty && button(props.empty.says, () => replace(blank(width, height, props.empty!.color))),
      ]),
      h('p', { class: 'visually-hidden', 'aria-live': 'polite' }, said.value),
    ];
  },
  { props: ['starts', 'pens', 'lines', 'next', 'empty', 'onDrawn'] },
);

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: [-PACE, 0],
  ArrowRight: [PACE, 0],
  ArrowUp: [0, -PACE],
  ArrowDown: [0, PACE],
};

function drawCursor(canvas: HTMLCanvasElement, [x, y]: Point): void {
  const context = canvas.getContext('2d')!;
  for (const [color, edge] of [
    ['#000', 1],
    ['#fff', 0],
  ] as const) {
    context.fillStyle = color;
    context.fillRect(x - 3 - edge, y - edge, 7 + 2 * edge, 1 + 2 * edge);
    context.fillRect(x - edge, y - 3 - edge, 1 + 2 * edge, 7 + 2 * edge);
  }
}
