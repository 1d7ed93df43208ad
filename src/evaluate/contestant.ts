import type { Image, Samples } from '../core/image.ts';
import type { Channels, Direction, ImagePair } from '../data/pair.ts';
import type { Size } from '../data/transform.ts';

/** Something that makes pictures from conditions, to be scored against their truths. */
export interface Contestant {
  readonly name: string;
  readonly kind: 'model' | 'pictures' | 'baseline';
  /** How its pictures come about, for the report. */
  readonly about: string;
  /** The size that it works at, and the direction that it has learned; null where any will do. */
  readonly size: Size | null;
  readonly direction: Direction | null;
  /** The channels that it takes and makes; null where any will do. */
  readonly channels: Channels | null;
  /** The picture for a pair's condition, of any size. Throws UserError where there is none. */
  predict(pair: ImagePair): Promise<Image<Samples>>;
  close(): Promise<void>;
}
