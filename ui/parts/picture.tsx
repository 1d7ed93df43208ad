import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { pixelsOf } from './pixels.ts';

interface Props {
  readonly image: Image;
  /** Alternative text. */
  readonly label: string;
  readonly class?: string;
}

/** Pixels on a canvas. */
export function Picture({ image, label, class: className = '' }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    if (element.width !== image.width) element.width = image.width;
    if (element.height !== image.height) element.height = image.height;
    element.getContext('2d')!.putImageData(pixelsOf(image), 0, 0);
  }, [image]);
  return <canvas ref={canvas} class={`pixels ${className}`} role="img" aria-label={label} />;
}
