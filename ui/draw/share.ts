import type { Image } from '../../src/core/image.ts';
import { showError, showMessage } from '../app/toasts.tsx';
import { encodePng, saveFile } from '../parts/pixels.ts';

/** Both pictures side by side. */
export function sideBySide(left: Image, right: Image): Image {
  const width = left.width + right.width;
  const data = new Uint8Array(width * left.height * 3);
  for (let y = 0; y < left.height; y++) {
    data.set(left.data.subarray(y * left.width * 3, (y + 1) * left.width * 3), y * width * 3);
    const row = right.data.subarray(y * right.width * 3, (y + 1) * right.width * 3);
    data.set(row, (y * width + left.width) * 3);
  }
  return { width, height: left.height, channels: 3, data };
}

/** Opens the system's share sheet for the picture, or copies it to the clipboard, or saves it. */
export async function sharePicture(image: Image, name: string): Promise<void> {
  const blob = await encodePng(image);
  const file = new File([blob], name, { type: 'image/png' });
  try {
    if (navigator.canShare?.({ files: [file] })) return await navigator.share({ files: [file] });
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
    showMessage('Copied the image to the clipboard');
  } catch (error) {
    if ((error as Error).name === 'AbortError') return;
    saveFile(blob, name);
    showError('Cannot share here, so the image was saved instead');
  }
}
