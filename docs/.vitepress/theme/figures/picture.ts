import { defineComponent, h, onMounted, ref, watch } from 'vue';
import type { Image } from '../../../../src/core/image.ts';

/** An image with a caption below; empty until there is one. */
export const Picture = defineComponent(
  (props: { image: Image | null; caption: string }) => {
    const canvas = ref<HTMLCanvasElement>();
    const show = () => props.image && paint(canvas.value!, props.image);
    onMounted(show);
    watch(() => props.image, show);
    return () =>
      h('div', { class: 'live-picture' }, [
        h('canvas', { ref: canvas, role: 'img', 'aria-label': props.caption, width: 1, height: 1 }),
        h('span', { 'aria-hidden': true }, props.caption),
      ]);
  },
  { props: ['image', 'caption'] },
);

/** Makes a canvas as large as an RGB image and shows it there. */
export function paint(canvas: HTMLCanvasElement, image: Image): void {
  Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext('2d')!.putImageData(pixelsOf(image), 0, 0);
}

/** An RGB image as canvases and `pix2pix/web` take it. */
export function pixelsOf({ width, height, data }: Image): ImageData {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    pixels.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i);
    pixels.data[4 * i + 3] = 255;
  }
  return pixels;
}

/** The inverse of {@link pixelsOf}. */
export function imageFrom({ width, height, data }: ImageData): Image {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  return { width, height, channels: 3, data: rgb };
}

/** The image in a file of the site, in RGB. */
export async function readImage(url: string): Promise<Image> {
  const bitmap = await createImageBitmap(await (await fetch(url)).blob());
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return imageFrom(context.getImageData(0, 0, width, height));
}
