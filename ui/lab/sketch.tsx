import { useEffect, useRef, useState } from 'preact/hooks';
import { Pixels } from './pixels.tsx';
import { withAlpha, withoutAlpha } from './read-pairs.ts';

interface Props {
  readonly size: number;
  /** The initial picture, RGB. */
  readonly start: Uint8Array;
  readonly result: Uint8Array | null;
  readonly onDrawn: (pixels: Uint8Array) => void;
}

/** The CMP data set's colours of the most frequent labels. */
const COLORS = {
  wall: '#0000aa',
  window: '#0055ff',
  door: '#00aaff',
  cornice: '#00ffff',
  sill: '#55ffaa',
  balcony: '#aaff55',
};

/** Draw over a condition; the network translates it when the pen is lifted. */
export function Sketch({ size, start, result, onDrawn }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [color, setColor] = useState<string>(COLORS.window);
  const from = useRef<readonly [number, number] | null>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    context.putImageData(new ImageData(withAlpha(start), size, size), 0, 0);
  }, [size]);
  const at = (event: PointerEvent): readonly [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) * size) / box.width, ((event.clientY - box.top) * size) / box.height];
  };
  const lift = (event: PointerEvent) => {
    if (!from.current) return;
    const [[x, y], [left, top]] = [at(event), from.current];
    from.current = null;
    const context = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    context.fillStyle = color;
    context.fillRect(
      Math.round(Math.min(x, left)),
      Math.round(Math.min(y, top)),
      Math.max(2, Math.round(Math.abs(x - left))),
      Math.max(2, Math.round(Math.abs(y - top))),
    );
    onDrawn(withoutAlpha(context.getImageData(0, 0, size, size).data));
  };
  return (
    <section class="lab-sketch" aria-label="Draw">
      <div class="lab-controls">
        {Object.entries(COLORS).map(([name, value]) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={color === value}
            onClick={() => setColor(value)}
          >
            <span class="lab-swatch" style={{ background: value }} />
            {name}
          </button>
        ))}
      </div>
      <div class="lab-row">
        <canvas
          ref={canvas}
          width={size}
          height={size}
          role="img"
          aria-label="Your drawing: drag a rectangle"
          onPointerDown={event => {
            from.current = at(event);
          }}
          onPointerUp={lift}
        />
        {result && <Pixels pixels={result} size={size} label="your drawing, translated" />}
      </div>
    </section>
  );
}
