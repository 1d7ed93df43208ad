/** Red, green and blue, 0 to 255. */
export type Color = readonly [number, number, number];

/**
 * The twelve classes of the CMP Facade Database with the colours of the published label maps. A cornice is the raised
 * panel above one window, a sill the one below it; a molding is a band along the whole wall; a balcony is any railing
 * or balustrade; blinds include shutters.
 */
export const facadeClasses = [
  { name: 'background', color: [0, 0, 223] },
  { name: 'facade', color: [0, 48, 255] },
  { name: 'window', color: [0, 128, 255] },
  { name: 'door', color: [0, 207, 255] },
  { name: 'cornice', color: [32, 255, 223] },
  { name: 'sill', color: [112, 255, 143] },
  { name: 'balcony', color: [191, 255, 64] },
  { name: 'blind', color: [255, 239, 0] },
  { name: 'deco', color: [255, 159, 0] },
  { name: 'molding', color: [255, 80, 0] },
  { name: 'pillar', color: [255, 0, 0] },
  { name: 'shop', color: [175, 0, 0] },
] as const satisfies readonly { name: string; color: Color }[];

export type FacadeClass = (typeof facadeClasses)[number]['name'];

/** The colour of each class in a label map. */
export const classColors = Object.fromEntries(
  facadeClasses.map(({ name, color }) => [name, color]),
) as Record<FacadeClass, Color>;

/** Linear interpolation: `share` 0 gives `from`, 1 gives `to`. */
export function mixColors(from: Color, to: Color, share: number): Color {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A factor above 1 makes the colour lighter, below 1 darker. */
export function scaleColor(color: Color, factor: number): Color {
  return [color[0] * factor, color[1] * factor, color[2] * factor];
}
