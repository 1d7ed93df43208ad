import { useEffect, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import type { Size } from '../../src/core/sizes.ts';
import type { ImageModel } from '../inference/model.ts';
import { imageFrom } from '../parts/pixels.ts';

/** A picture of a video, and its translation. */
export interface Frame {
  readonly before: Image;
  readonly after: Image;
}

/**
 * Translates the newest picture of a video whenever the model is free, until one fails; `rate` is in frames per second.
 */
export function useFrames(
  video: { readonly current: HTMLVideoElement | null },
  model: ImageModel | null,
  size: Size,
  onFailure: (error: unknown) => void,
) {
  const [frame, setFrame] = useState<Frame | null>(null);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    if (!model) return;
    let going = true;
    const run = async () => {
      let pace: number | null = null;
      let last = performance.now();
      while (going) {
        await new Promise(requestAnimationFrame);
        const element = video.current;
        if (!element || element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) continue;
        const part = centerCrop([element.videoHeight, element.videoWidth], size);
        const before = imageFrom(element, size[1], size[0], { part });
        const { image } = await model.translate(before);
        if (!going) return;
        setFrame({ before, after: image });
        const now = performance.now();
        // An average over about the last ten.
        pace = pace === null ? now - last : pace + (now - last - pace) / 10;
        last = now;
        setRate(1000 / pace);
      }
    };
    run().catch(error => going && onFailure(error));
    return () => {
      going = false;
    };
  }, [model]);
  return { frame, rate };
}

/** The largest centred part with the aspect ratio of `size`. */
export function centerCrop(
  [height, width]: Size,
  size: Size,
): [x: number, y: number, width: number, height: number] {
  const scale = Math.min(height / size[0], width / size[1]);
  const [partHeight, partWidth] = [size[0] * scale, size[1] * scale];
  return [(width - partWidth) / 2, (height - partHeight) / 2, partWidth, partHeight];
}
