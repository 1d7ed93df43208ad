import type { Image, Samples } from './image.ts';

/** Which side is the condition, the generator's input: AtoB learns A → B. */
export const directions = ['AtoB', 'BtoA'] as const;
export type Direction = (typeof directions)[number];

/** The number of channels of each side. */
export interface Channels {
  readonly condition: number;
  readonly target: number;
}

/** A decoded pair: images of one size. */
export interface ImagePair<Data extends Samples = Samples> {
  readonly name: string;
  readonly condition: Image<Data>;
  readonly target: Image<Data>;
}
