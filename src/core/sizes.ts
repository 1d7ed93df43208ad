/** In pixels. */
export type Size = readonly [height: number, width: number];

/** `128×64`: width and height. */
export function describeSize({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width}×${height}`;
}

/** How pictures of another size are resized to the networks' input size. */
export const sizeModes = [
  'resize',
  'resize-and-crop',
  'scale-width',
  'scale-shorter-side',
  'crop',
  'none',
] as const;
export type SizeMode = (typeof sizeModes)[number];

/** The modes that crop, and so can crop at random. */
export const croppingModes: readonly SizeMode[] = sizeModes.filter(
  mode => mode !== 'resize' && mode !== 'none',
);

/** How pixels are resampled: averaged over areas, or copied from the nearest pixel, which never mixes colours. */
export const resamplings = ['area', 'nearest'] as const;
export type Resampling = (typeof resamplings)[number];
