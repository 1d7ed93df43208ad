import { decodeStranger } from '../../images/decoding/check-picture.ts';
import { encodePng } from '../../images/encoding/encode.ts';

/** A picture of any format that is read here, as an 8-bit PNG. */
export async function readPicture({
  picture,
  name,
  pixels,
}: {
  readonly picture: Uint8Array;
  readonly name: string;
  readonly pixels: number;
}): Promise<Uint8Array> {
  return encodePng(await decodeStranger(picture, name, pixels));
}
