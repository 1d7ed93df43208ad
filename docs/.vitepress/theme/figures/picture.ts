import { defineComponent, h, onMounted, ref, watch } from 'vue';
import type { Image } from '../../../../src/core/image.ts';
import { pixelsOf } from '../../../../ui/parts/pixels.ts';

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

/** Makes a canvas as large as an image and shows it there. */
export function paint(canvas: HTMLCanvasElement, image: Image): void {
  Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext('2d')!.putImageData(pixelsOf(image), 0, 0);
}
