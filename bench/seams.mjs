// Measures the difference between tiled and whole translation if every tile has its own statistics, and whether seams show:
// node bench/seams.mjs RUN PICTURE [TILE] [OVERLAP]; of a pair side by side, the right half. Dropout when translating, which
// would differ each time, is off.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportGenerator } from '../dist/export/onnx-file.js';
import { decodePicture } from '../dist/images/decoding/decode.js';
import { withChannels } from '../dist/images/picture.js';
import { halfOf } from '../dist/images/resize.js';
import { openModel } from '../dist/runs/model-files.js';
import { tileSpans, tilingOf } from '../dist/translate/tiles.js';
import { openTranslator } from '../dist/translate/translator.js';

const [run, path, tile = 256, overlap] = process.argv.slice(2);
const tiles = { tile: Number(tile), overlap: overlap === undefined ? undefined : Number(overlap) };

const folder = await mkdtemp(join(tmpdir(), 'seams-'));
const exported = join(folder, 'model.onnx');
await exportQuiet();
const { description, image: whole } = await translate({ tile: 1 << 16 });
const { image: tiled } = await translate(tiles);
const difference = Float32Array.from(whole.data, (sample, i) => tiled.data[i] - sample);
const { width, height, channels } = whole;
const { multiple } = description.size;
const tiling = tilingOf(description, tiles);
const cut = new Set(
  tileSpans(Math.ceil(width / multiple) * multiple, tiling, multiple).flatMap(({ start, weights }) =>
    edgesOf(weights).map(x => start + x),
  ),
);
const sizes = difference.map(Math.abs);
const steps = Array.from({ length: width - 1 }, (_, i) => [i + 1, stepAt(i + 1)]);
const levels = value => `${value.toFixed(2)} levels`;
console.log(`${width}×${height}, statistics: ${description.statistics}, tiles: ${JSON.stringify(tiling)}`);
console.log(
  `Tiles against the whole: mean ${levels(mean([...sizes]))}, at most ${Math.max(...sizes.reduce(byRow, []))}`,
);
console.log(
  `Step of that difference from a column to the next, where a tile fades in or out: ${levels(mean(steps.filter(([x]) => cut.has(x)).map(([, step]) => step)))}`,
);
console.log(`elsewhere: ${levels(mean(steps.filter(([x]) => !cut.has(x)).map(([, step]) => step)))}`);

await rm(folder, { recursive: true });

async function exportQuiet() {
  const { config, ...saved } = await openModel(run);
  const { generator } = config;
  const quiet = { ...generator, inference: { ...generator.inference, dropout: false } };
  const model = { ...saved, config: { ...config, generator: quiet } };
  await writeFile(exported, (await exportGenerator(model, { size: 'free', form: 'image' })).pieces);
}

async function translate(options) {
  const translator = await openTranslator(exported, options);
  const picture = withChannels(await decodePicture(path), translator.description.input.channels);
  const image = picture.width === 2 * picture.height ? halfOf(picture, 'B', path) : picture;
  const result = await translator.translate(image);
  await translator.close();
  return { description: translator.description, image: result };
}

/** Positions at which a tile's weight becomes or stops being 0, including its ends. */
function edgesOf(weights) {
  return Array.from({ length: weights.length + 1 }, (_, x) => x).filter(
    x => (weights[x] ?? 0) > 0 !== (weights[x - 1] ?? 0) > 0,
  );
}

function stepAt(x) {
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let c = 0; c < channels; c++) {
      const i = (y * width + x) * channels + c;
      sum += Math.abs(difference[i] - difference[i - channels]);
    }
  }
  return sum / (height * channels);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function byRow(largest, size, i) {
  const row = Math.floor(i / (width * channels));
  largest[row] = Math.max(largest[row] ?? 0, size);
  return largest;
}
