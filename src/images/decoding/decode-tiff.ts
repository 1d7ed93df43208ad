import { decode } from 'tiff';
import type { Samples } from '../../core/image.ts';
import type { Picture } from '../picture.ts';

const unassociatedOpacity = 2;
const associatedOpacity = 1;

/** Whether the header of a TIFF file declares the last channel as opacity. */
export function tiffHasOpacity(bytes: Uint8Array): boolean {
  const [page] = decode(bytes, { ignoreImageData: true, pages: [0] });
  const last = page?.extraSamples?.at(-1);
  return last === associatedOpacity || last === unassociatedOpacity;
}

/**
 * Decodes the first page of a TIFF file with all channels unchanged, of 8 or 16 bits or floats; libvips would convert
 * them as colours. Throws an Error for what the tiff library can't read, such as planar channels.
 */
export function decodeTiff(bytes: Uint8Array): Picture {
  const [page] = decode(bytes, { pages: [0] });
  if (!page) throw new Error('it holds no page');
  if (page.planarConfiguration !== 1)
    throw new Error('its channels are stored in planes; save them interleaved');
  const { width, height, samplesPerPixel: channels } = page;
  const data = samplesOf(page.data);
  if (data.length !== width * height * channels) throw new Error('its pixels are cut off');
  return { image: { width, height, channels, data }, alpha: tiffHasOpacity(bytes) };
}

function samplesOf(data: ArrayLike<number> & ArrayBufferView): Samples {
  if (data instanceof Uint8Array || data instanceof Uint16Array || data instanceof Float32Array) return data;
  return Float32Array.from(data);
}
