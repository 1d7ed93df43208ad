// What an article's discriminator takes for real, in both of its forms: while it learns, batch norms use the statistics of the
// image; while the generator learns from it, moving averages. Usage, after a build:
//   node scripts/judge-twice.mjs CHECKPOINT DATA
// Prints the probability of "real", as a mean over all patches of the test pairs, for photos, for the generator's images, and
// for those beside the condition of the next pair. The pairs must have the size of the training.
import { imageToTensor } from '../dist/core/image.js';
import { elements } from '../dist/core/shape.js';
import { loadPair } from '../dist/data/pair.js';
import { input } from '../dist/graph/ops/leaf.js';
import { openPairs, openTranslator } from '../dist/index.js';
import { inferenceMode, trainingMode } from '../dist/nn/layers.js';
import { Variables } from '../dist/nn/variables.js';
import { openFiniteModel } from '../dist/runs/model-files.js';
import { compile } from '../dist/runtime/program.js';
import { conditionShape, judgeBatch, targetShape } from '../dist/step/model.js';

const [checkpoint, data] = process.argv.slice(2);
const { config, tensors } = await openFiniteModel(checkpoint);
const weights = Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));

const { pairs } = await openPairs(data, { split: 'test' });
const examples = [];
const translator = await openTranslator(checkpoint, { device: 'cpu' });
for (const files of pairs) {
  const { condition, target } = await loadPair(files, config.direction);
  examples.push({ condition, target, generated: await translator.translate(condition) });
}
await translator.close();

const forms = { 'while it learns': trainingMode, 'while G learns from it': inferenceMode };
for (const [form, mode] of Object.entries(forms)) {
  const judge = await openJudge(mode);
  const share = async judged => {
    let sum = 0;
    for (const [i] of examples.entries()) sum += await judge(...judged(i));
    return `${((100 * sum) / examples.length).toFixed(1)} %`;
  };
  const next = i => examples[(i + 1) % examples.length].condition;
  console.log(
    `${form}: photos ${await share(i => [examples[i].target, examples[i].condition])},`,
    `generated ${await share(i => [examples[i].generated, examples[i].condition])},`,
    `beside another condition ${await share(i => [examples[i].generated, next(i)])}`,
  );
}

/** Mean probability of "real" over the patches of an image and its condition. */
async function openJudge(mode) {
  const image = input('image', targetShape(config, 1));
  const condition = input('condition', conditionShape(config, 1));
  const [{ logits }] = judgeBatch(config, new Variables(), image, condition, mode);
  const program = await compile({ logits });
  const arrays = Object.fromEntries(
    [image, condition].map(({ attributes, shape }) => [attributes.name, new Float32Array(elements(shape))]),
  );
  const output = new Float32Array(elements(logits.shape));
  const run = program.bind({ ...weights, ...arrays, logits: output });
  return async (shown, beside) => {
    imageToTensor(shown, arrays.image);
    imageToTensor(beside, arrays.condition);
    await run();
    return output.reduce((sum, logit) => sum + 1 / (1 + Math.exp(-logit)), 0) / output.length;
  };
}
