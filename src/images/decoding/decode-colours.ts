import sharp, { type Sharp } from 'sharp';
import type { Image, Samples } from '../../core/image.ts';
import { type Picture, pickChannels } from '../picture.ts';
import { type ImageHeader, unlimitedChannels } from './image-header.ts';

type ColourHeader = Pick<ImageHeader, 'depth' | 'space' | 'hasAlpha'>;

/** Opens a gray or colour picture: upright, in sRGB or gray. Throws an Error for other sample types. */
export function openColours(source: string | Uint8Array, header: ColourHeader): Sharp {
  const { depth } = header;
  if (!['uchar', 'ushort'].includes(depth)) {
    throw new Error(`its samples are of type ${depth}; wanted unsigned 8 or 16 bits, or floats`);
  }
  return sharp(source, { ...unlimitedChannels, failOn: 'error' })
    .autoOrient()
    .toColourspace(spaceOf(header));
}

/** Decodes an opened picture to samples of 8 or 16 bits. */
export async function readColours(picture: Sharp, header: ColourHeader): Promise<Picture> {
  const isDeep = header.depth === 'ushort';
  const { data, info } = await picture
    .toColourspace(spaceOf(header))
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const image: Image<Samples> = { width, height, channels, data: samplesOf(data, isDeep) };
  const wasVeiledGray = isVeiledGray(header) && channels === 4;
  return { image: wasVeiledGray ? pickChannels(image, [0, 3]) : image, alpha: header.hasAlpha };
}

function spaceOf(header: ColourHeader): string {
  if (header.depth === 'ushort') return isGray(header) ? 'grey16' : 'rgb16';
  return isGray(header) && !isVeiledGray(header) ? 'b-w' : 'srgb';
}

function isGray({ space }: ColourHeader): boolean {
  return space === 'b-w' || space === 'grey16';
}

/** libvips' colour space b-w has no opacity. */
function isVeiledGray(header: ColourHeader): boolean {
  return isGray(header) && header.depth !== 'ushort' && header.hasAlpha;
}

/** A plain typed array instead of a Buffer: tests and structured clones treat the two differently. */
function samplesOf({ buffer, byteOffset, length }: Buffer, isDeep: boolean): Samples {
  if (!isDeep) return new Uint8Array(buffer, byteOffset, length);
  if (byteOffset % 2 === 0) return new Uint16Array(buffer, byteOffset, length / 2);
  return new Uint16Array(buffer.slice(byteOffset, byteOffset + length));
}
