// Compares translations in Chromium, on WebAssembly with two threads, with TensorFlow.js, and times a training step in the page,
// which TensorFlow.js can't compute on WebAssembly. On idle cores, after a build. Usage:
//   npm install --no-save @tensorflow/tfjs-backend-wasm@4.22 && node bench/browser.mjs [--size 256] [--filters 16] [--rounds 9]
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { cpus, loadavg, tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '256' },
    filters: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '9' },
  },
});
const [size, filters, rounds] = ['size', 'filters', 'rounds'].map(name => Number(values[name]));
const folder = await mkdtemp(join(tmpdir(), 'browser-'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const load = () => loadavg()[0].toFixed(2);
try {
  console.log(`${cpus()[0].model}, ${cpus().length} cores, load ${load()}`);
  await compareTranslations();
  await timeTraining();
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

async function compareTranslations() {
  exportLite();
  await writeFile(join(folder, 'index.html'), page());
  const server = await serve({
    '/': folder,
    '/site/': join(folder, 'site'),
    '/tf/': 'node_modules/@tensorflow',
  });
  const tab = await browser.newPage();
  tab.on('pageerror', error => console.error(error.message));
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  const times = await tab.evaluate(`compare(${JSON.stringify({ size, filters, rounds })})`);
  await tab.close();
  server.close();
  const [ours, peer] = [times.ours, times.peer].map(median);
  console.log(
    `preset lite, ${filters} filters, ${size}×${size}, ${rounds} translations each, taking turns, load ${load()}`,
  );
  console.log(`pix2pix/web     ${ours.toFixed(0)} ms`);
  console.log(`TensorFlow.js   ${peer.toFixed(0)} ms   pix2pix/web takes ${(ours / peer).toFixed(2)} of it`);
}

/** A generator after one step: its weights don't matter for the time. */
function exportLite() {
  const small = `--size ${size}`;
  pix2pix(`prepare synth facades --count 2 --test 1 ${small} --out pairs`);
  pix2pix(`train pairs --preset lite --filters ${filters} ${small} --steps 1 --device cpu --out run`);
  pix2pix('export run --format web --out site');
}

function pix2pix(command) {
  execFileSync(process.execPath, [resolve('bin/pix2pix.js'), ...command.split(' ')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Steps of the studio's Lab at its defaults: 64×64, 16 filters. */
async function timeTraining() {
  const studio = spawn(process.execPath, [resolve('bin/pix2pix.js'), 'studio', folder, '--port', '0']);
  const [line] = await once(studio.stdout, 'data');
  const tab = await browser.newPage();
  await tab.goto(`${/http:\S+/.exec(line)[0]}/#/lab`);
  await tab.getByRole('button', { name: 'Start' }).click();
  let step;
  do {
    await tab.waitForTimeout(500);
    const text = await tab.locator('[aria-labelledby="lab-losses-title"]').textContent();
    step = /Step (\d+), ([\d.]+) s each/.exec(text);
  } while (!(Number(step?.[1]) >= 30));
  console.log(`A training step in the page, preset lite, 16 filters, 64×64: ${step[2]} s, load ${load()}`);
  await tab.close();
  studio.kill();
}

/** Serves folders to an isolated page, which may use threads. */
async function serve(folders) {
  const types = {
    '.html': 'text/html',
    '.js': 'text/javascript',
    '.mjs': 'text/javascript',
    '.wasm': 'application/wasm',
  };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://site').pathname;
    const base = Object.keys(folders).findLast(start => path.startsWith(start));
    const file = join(folders[base], path === '/' ? 'index.html' : path.slice(base.length));
    const content = await readFile(file).catch(() => null);
    response.writeHead(content ? 200 : 404, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function page() {
  return `<!doctype html><title>Comparison</title>
<script src="/site/pix2pix-web.js"></script>
<script src="/tf/tfjs/dist/tf.min.js"></script>
<script src="/tf/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"></script>
<script>
/** The U-Net of preset lite at inference; batch norms have their means at hand, where ours compute those of the image. */
function unet(size, filters) {
  const levels = Math.min(8, Math.log2(size));
  const widths = Array.from({ length: levels }, (_, level) => filters * Math.min(2 ** level, 8));
  const layer = (kind, options, x) => tf.layers[kind](options).apply(x);
  const leaky = x => layer('leakyReLU', { alpha: 0.2 }, x);
  const norm = x => layer('batchNormalization', { epsilon: 1e-5 }, x);
  const down = (x, level) => {
    const y = layer('conv2d', { filters: widths[level], kernelSize: 4, strides: 2, padding: 'same' }, level ? leaky(x) : x);
    return level && level < levels - 1 ? norm(y) : y;
  };
  const up = (x, count) =>
    layer('conv2d', { filters: count, kernelSize: 3, padding: 'same' },
      layer('upSampling2d', { size: [2, 2] }, layer('reLU', {}, x)));
  const input = tf.input({ shape: [size, size, 3] });
  const encoded = [down(input, 0)];
  for (let level = 1; level < levels; level++) encoded.push(down(encoded.at(-1), level));
  let x = encoded.pop();
  for (let level = levels - 2; level >= 0; level--) {
    const decoded = norm(up(x, widths[level]));
    x = layer('concatenate', {}, [encoded.pop(), decoded]);
  }
  return tf.model({ inputs: input, outputs: layer('activation', { activation: 'tanh' }, up(x, 3)) });
}
async function compare({ size, filters, rounds }) {
  tf.wasm.setWasmPaths('/tf/tfjs-backend-wasm/dist/');
  tf.wasm.setThreadsCount(2);
  await tf.setBackend('wasm');
  const network = unet(size, filters);
  const image = new ImageData(Uint8ClampedArray.from({ length: size * size * 4 }, (_, i) => (i * 37) % 256), size, size);
  const model = await pix2pix.load('/site/model.json', { device: 'wasm', threads: 2 });
  const ways = {
    ours: () => model.pixels(image),
    peer: async () => {
      const result = tf.tidy(() => network.predict(tf.browser.fromPixels(image).toFloat().div(127.5).sub(1).expandDims()));
      const pixels = await result.data();
      result.dispose();
      return Uint8ClampedArray.from(pixels, value => (value + 1) * 127.5);
    },
  };
  const times = { ours: [], peer: [] };
  for (let round = -2; round < rounds; round++)
    for (const [name, translate] of Object.entries(ways)) {
      const began = performance.now();
      await translate();
      if (round >= 0) times[name].push(performance.now() - began);
    }
  await model.dispose();
  return times;
}
</script>`;
}
