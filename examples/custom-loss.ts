// Adds a custom loss to the generator's objective: edges should be where the target's are.
import type { CustomParts } from 'pix2pix';
import { createTrainee, graph, imageToTensor, nn, Random, resolveConfig, syntheticFacades } from 'pix2pix';

type Tensor = ReturnType<typeof graph.input>;

/** Differences between horizontal neighbours, [N,H,W,C] → [N,H,W−1,C]. */
function edges(images: Tensor): Tensor {
  const [batch, height, width, channels] = images.shape as [number, number, number, number];
  const size = [batch, height, width - 1, channels];
  return graph.subtract(graph.slice(images, [0, 0, 1, 0], size), graph.slice(images, [0, 0, 0, 0], size));
}

// A scalar of symbolic tensors; its gradients are derived automatically.
const loss: CustomParts['loss'] = ({ fake, target }) =>
  graph.multiply(nn.meanAbsoluteError(edges(fake), edges(target)), 50);

const { config } = resolveConfig({
  size: [64, 64],
  generator: { filters: 8 },
  discriminator: { filters: 8 },
});
const trainee = await createTrainee(config, Random.fromSeed(config.seed), { parts: { loss } });
for (const { label, photo } of syntheticFacades({ count: 20, size: 64, seed: 0 })) {
  const pair = { condition: imageToTensor(label), target: imageToTensor(photo) };
  const { generator, l1 } = await trainee.step(pair, config.optimizer.learningRate);
  console.log(`Objective ${generator.toFixed(2)}, of which L1 ${(config.loss.l1 * l1).toFixed(2)}`);
}
await trainee.release();
