// Translates a drawing in Node with the included model, with sharp before and after:
//   node translate-with-sharp.ts drawing.png emoji.webp
import { openTranslator } from 'pix2pix';
import sharp from 'sharp';

const [input = 'drawing.png', output = 'emoji.webp'] = process.argv.slice(2);
const { data, info } = await sharp(input)
  .resize(128, 128, { fit: 'contain', background: 'white' })
  .flatten({ background: 'white' })
  .toColourspace('srgb')
  .raw()
  .toBuffer({ resolveWithObject: true });

const translator = await openTranslator('emoji');
const emoji = await translator.translate({ width: info.width, height: info.height, channels: 3, data });
await translator.close();

const { width, height } = emoji;
await sharp(emoji.data, { raw: { width, height, channels: 3 } })
  .resize(512)
  .toFile(output);
