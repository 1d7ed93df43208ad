// Trains a small model on synthetic facades and translates a label map into a photo, in a few seconds. With your own
// pairs, only the part shown in the README is needed.
import { syntheticFacades, writeSyntheticFacades } from 'pix2pix';

await writeSyntheticFacades('facades', { train: 8, test: 3, size: 64, seed: 0 });
for (const { label } of syntheticFacades({ count: 1, size: 64, seed: 1 })) {
  await writeFile('label.png', await encodePng(label));
}

// README: begin
import { writeFile } from 'node:fs/promises';
import { decodeImage, encodePng, Pix2Pix } from 'pix2pix';

const model = new Pix2Pix({
  data: 'facades', // photos on the left (A), label maps on the right (B)
  direction: 'BtoA',
  runFolder: 'runs/facades',
  size: [64, 64], // for a quick try; without these two lines 256×256, and 24 filters in the first layer
  generator: { filters: 8 },
});
for await (const event of model.train({ epochs: 2 })) {
  if (event.type === 'epoch') console.log(`Epoch ${event.epoch} took ${event.seconds.toFixed(1)} s`);
}
const label = await decodeImage('label.png'); // a label map like those of the training pairs
await writeFile('photo.png', await encodePng(await model.translate(label)));
// README: end
