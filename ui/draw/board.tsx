import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { pixelsOf } from '../parts/pixels.ts';
import type { Point } from './raster.ts';
import { applyTool, type ToolSettings, type Touch } from './tools.ts';

interface Props {
  readonly drawing: Image;
  /** The drawing in the colours that people see. */
  readonly shown: Image;
  /** The drawing without the mark that is being made; null between marks. */
  readonly marking: { current: Image | null };
  readonly settings: ToolSettings;
  /** Gets the drawing with a mark that is still being made. */
  readonly onDraft: (draft: Image) => void;
  readonly onMark: () => void;
  readonly onCancel: () => void;
}

/** The canvas to draw on, with mouse, finger, pen or keys. */
export function Board({ drawing, shown, marking, settings, onDraft, onMark, onCancel }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const touches = useRef<Touch[]>([]);
  const [cursor, setCursor] = useState<Point | null>(null);
  useLayoutEffect(() => {
    canvas.current!.getContext('2d')!.putImageData(pixelsOf(shown), 0, 0);
  }, [shown]);

  const touch = (event: PointerEvent): Touch => {
    const box = canvas.current!.getBoundingClientRect();
    return {
      point: [
        ((event.clientX - box.left) / box.width) * drawing.width,
        ((event.clientY - box.top) / box.height) * drawing.height,
      ],
      pressure: event.pointerType === 'pen' ? event.pressure : null,
    };
  };
  const begin = (first: Touch) => {
    marking.current = drawing;
    touches.current = [first];
    onDraft(applyTool(drawing, settings, [first]));
  };
  const go = (further: readonly Touch[]) => {
    if (marking.current === null) return;
    touches.current.push(...further);
    onDraft(applyTool(marking.current, settings, touches.current));
  };
  // A mark begun with the keyboard ends when another tool is chosen: at once, as the next key may begin another mark.
  useLayoutEffect(() => onMark, [settings.tool]);

  const press = (event: KeyboardEvent) => {
    const at: Point = cursor ?? [drawing.width / 2, drawing.height / 2];
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(drawing.width / 32));
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      const next: Point = [
        Math.min(Math.max(at[0] + move[0] * step, 0), drawing.width),
        Math.min(Math.max(at[1] + move[1] * step, 0), drawing.height),
      ];
      setCursor(next);
      go([{ point: next, pressure: null }]);
    } else if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault();
      if (marking.current) onMark();
      else {
        setCursor(at);
        begin({ point: at, pressure: null });
        if (settings.tool === 'fill') onMark();
      }
    } else if (event.key === 'Escape') onCancel();
  };

  return (
    <div
      class="board"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is drawn on with keys as well
      tabIndex={0}
      role="application"
      aria-label="Drawing. Arrow keys move the cursor, Space starts or ends a stroke"
      onPointerDown={event => {
        if (event.button !== 0) return;
        // A second finger means to zoom or scroll.
        if (!event.isPrimary) return onCancel();
        event.currentTarget.setPointerCapture(event.pointerId);
        onMark();
        setCursor(null);
        begin(touch(event));
      }}
      onPointerMove={event => {
        if (!event.isPrimary || !event.buttons) return;
        const passed = event.getCoalescedEvents?.() ?? [];
        go((passed.length > 0 ? passed : [event]).map(touch));
      }}
      onPointerUp={onMark}
      onPointerCancel={onCancel}
      onKeyDown={press}
      onBlur={onMark}
    >
      <canvas
        ref={canvas}
        class={settings.pen ? 'pixels smooth' : 'pixels'}
        width={drawing.width}
        height={drawing.height}
      />
      {cursor && (
        <div
          class="board-cursor"
          style={{
            left: `${(cursor[0] / drawing.width) * 100}%`,
            top: `${(cursor[1] / drawing.height) * 100}%`,
          }}
        />
      )}
    </div>
  );
}

const moves: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
