import { useEffect, useRef } from 'preact/hooks';
import { withAlpha } from './read-pairs.ts';

interface Props {
  /** RGB, `size`×`size`. */
  readonly pixels: Uint8Array;
  readonly size: number;
  readonly label: string;
}

export function Pixels({ pixels, size, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const picture = new ImageData(withAlpha(pixels), size, size);
    canvas.current?.getContext('2d')?.putImageData(picture, 0, 0);
  }, [pixels, size]);
  return <canvas ref={canvas} width={size} height={size} role="img" aria-label={label} />;
}
