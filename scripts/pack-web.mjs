// Makes dist-web/ a package of its own, pix2pix-web, beside the library that tsdown has built there: ONNX Runtime's files
// for browsers, package.json, README and licences.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** For WebAssembly, and for WebGPU if the browser has JSPI. */
const runtimeFiles = [
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.jspi.min.mjs',
  'ort-wasm-simd-threaded.jspi.mjs',
  'ort-wasm-simd-threaded.jspi.wasm',
];

const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
mkdirSync('dist-web/ort', { recursive: true });
for (const file of runtimeFiles) copyFileSync(join(runtime, file), join('dist-web/ort', file));
copyFileSync('scripts/onnxruntime-license.txt', 'dist-web/ort/LICENSE');
copyFileSync('LICENSE', 'dist-web/LICENSE');
copyFileSync('docs/web.md', 'dist-web/README.md');

const { version, license } = JSON.parse(readFileSync('package.json', 'utf8'));
const description = {
  name: 'pix2pix-web',
  version,
  description: 'Image translation with trained pix2pix models in web pages, on WebGPU or WebAssembly',
  license,
  type: 'module',
  sideEffects: ['./element.js', './pix2pix-web.js'],
  exports: {
    '.': { types: './index.d.ts', default: './index.js' },
    './element': { types: './element.d.ts', default: './element.js' },
    './package.json': './package.json',
  },
  types: './index.d.ts',
  unpkg: './pix2pix-web.js',
  jsdelivr: './pix2pix-web.js',
};
writeFileSync('dist-web/package.json', `${JSON.stringify(description, null, 2)}\n`);
