import type { Size } from '../../core/sizes.ts';

/** How much larger or smaller than the training size an image may be without a note. */
const TOLERANCE = 1.5;

/** A sentence on an image much larger or smaller than those that the model was trained on; undefined for others. */
export function sizeNote(input: string, [height, width]: Size, trained: Size): string | undefined {
  const scales = [height / trained[0], width / trained[1]];
  const which =
    Math.max(...scales) > TOLERANCE ? 'larger' : Math.min(...scales) < 1 / TOLERANCE ? 'smaller' : undefined;
  if (which === undefined) return undefined;
  return (
    `"${input}" is ${height}×${width}, much ${which} than the training size ${trained.join('×')}, near which the model ` +
    'works best; --resize translates at the training size'
  );
}
