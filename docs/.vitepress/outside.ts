import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isOutside } from './paths.ts';

const root = resolve(import.meta.dirname, '../..');
const drawings = 'assets/drawings/emoji';

/** What pages and the live figures load at a fixed address; ONNX Runtime for WebAssembly is loaded by its own program. */
const publicFiles = {
  'icon.svg': 'ui/public/icon.svg',
  'included/emoji.onnx': 'assets/models/emoji/model.onnx',
  'included/facades.onnx': 'assets/models/facades/model.onnx',
  ...Object.fromEntries(
    (await readdir(`${root}/${drawings}`))
      .filter(name => name.endsWith('.png'))
      .map(name => [`included/drawings/${name}`, `${drawings}/${name}`]),
  ),
  ...Object.fromEntries(
    ['ort.wasm.min.mjs', 'ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'].map(name => [
      `ort/${name}`,
      `node_modules/onnxruntime-web/dist/${name}`,
    ]),
  ),
};

/** Copies the pages that are outside docs/ to docs/project, as VitePress can't take them from where they are. */
export async function copyOutsidePages(): Promise<void> {
  const recipes = (await readdir(`${root}/recipes`)).map(name => `recipes/${name}`);
  const pages = [...(await readdir(root)), ...recipes].filter(isOutside);
  await rm(`${root}/docs/project`, { recursive: true, force: true });
  for (const page of pages) {
    const copy = `${root}/docs/project/${page}`;
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(`${root}/${page}`, copy);
  }
}

/** Copies the files outside docs/ that the site serves as they are to docs/public. */
export async function copyPublicFiles(): Promise<void> {
  for (const [name, from] of Object.entries(publicFiles)) {
    const copy = `${root}/docs/public/${name}`;
    await mkdir(dirname(copy), { recursive: true });
    await copyFile(`${root}/${from}`, copy);
  }
}
