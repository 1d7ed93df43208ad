// Trains a custom generator, a small residual network, on synthetic facades, and translates one.
import { writeFile } from 'node:fs/promises';
import * as pix2pix from 'pix2pix';

const { graph, nn, imageToTensor, Random, syntheticFacades } = pix2pix;

// Condition [N,H,W,3] → image [N,H,W,3]. Variables are named by the scopes in which they are created.
const generator: pix2pix.CustomParts['generator'] = (variables, condition, mode) => {
  const shape = { kernelSize: 5, stride: 1, padding: 2, bias: true, initializer: nn.heNormal };
  const layer = (name: string, x: typeof condition, filters: number) =>
    graph.withScope(name, () => nn.conv(variables, x, { ...shape, filters }));
  let x = layer('input', condition, 16);
  for (const name of ['first', 'second', 'third']) {
    const seen = graph.relu(layer(name, x, 16));
    x = graph.add(x, nn.dropout(variables, seen, 0.2, mode));
  }
  return graph.tanh(layer('output', x, 3));
};

// Discriminator, losses and optimiser are the paper's
const { config } = pix2pix.resolveConfig({ preset: 'paper', size: [64, 64], discriminator: { filters: 8 } });
const random = Random.fromSeed(config.seed);
const trainee = await pix2pix.createTrainee(config, random, { parts: { generator } });
for (const { label, photo } of syntheticFacades({ count: 30, size: 64, seed: 0 })) {
  const pair = { condition: imageToTensor(label), target: imageToTensor(photo) };
  const { l1 } = await trainee.step(pair, config.optimizer.learningRate);
  console.log(`Mean error ${l1.toFixed(3)}`);
}

const translation = await pix2pix.createTranslation(config, trainee.generator.values, { generator });
for (const { label } of syntheticFacades({ count: 1, size: 64, seed: 1 })) {
  await writeFile('photo.png', await pix2pix.encodePng(await translation.run(label, random)));
}
await translation.release();
await trainee.release();
