import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { summarizeSide } from '../data/inspection/describe-sides.ts';
import { type NamedPalette, namedPalette } from '../data/inspection/named-palette.ts';
import { surveyDataSet } from '../data/inspection/survey.ts';
import { assertEmptyFolder, exists } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { encodePng } from '../images/encoding/encode.ts';
import { openModel, type SavedModel } from '../runs/model-files.ts';
import { calibrationPictures } from './calibration-pictures.ts';
import type { ModelDescription } from './description.ts';
import { dataOf, type ExportedFile, type ExportOptions, exportGenerator, writeModel } from './onnx-file.ts';

/** The built page; the same path from `src/export` and `dist/export`. */
const page = fileURLToPath(new URL('../../dist/ui/', import.meta.url));

/** The runtime of the page: WebAssembly, and WebGPU if available. */
const runtimeFiles = [
  'ort.wasm.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort.webgpu.min.mjs',
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
];

const EXAMPLES = 3;

/**
 * Writes a folder that any web server can serve at any path: a page to draw on, the generator with images in and out,
 * its description `model.json`, ONNX Runtime, and, if the run's data is available, a palette and examples.
 */
export async function writeWebBundle(
  run: string,
  folder: string,
  options: Omit<ExportOptions, 'form' | 'size'>,
): Promise<ExportedFile> {
  if (!(await exists(join(page, 'draw.html')))) {
    throw new UserError('Cannot export a web page: it is not built yet; run "npm run build"');
  }
  await assertEmptyFolder(folder, 'a web page');
  const saved = await openModel(run);
  const data = options.data ?? (await dataOf(run));
  const model = await exportGenerator(saved, {
    ...options,
    data,
    form: 'image',
    size: 'free',
  });
  const { description } = model;
  const bytes = await writeModel(join(folder, 'model.onnx'), model);
  const hints = data === undefined ? unknownData : await hintsFrom(data, saved, folder);
  const manifest = { ...manifestOf(basename(resolve(run)), description), ...hints };
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  await copyPage(folder);
  return { path: folder, bytes, description };
}

function manifestOf(name: string, description: ModelDescription) {
  const { multiple, smallest, trained } = description.size;
  const { channels } = description.input;
  return { name, model: 'model.onnx', size: trained, multiple, smallest, channels, description };
}

/** Hints for drawing a condition. */
interface Hints {
  readonly palette: NamedPalette;
  readonly starts: readonly { readonly name: string; readonly url: string }[];
}

const unknownData: Hints = { palette: { kind: 'photo', gray: false, colors: [] }, starts: [] };

async function hintsFrom(data: string, { config }: SavedModel, folder: string): Promise<Hints> {
  const findings = await surveyDataSet(data, { limit: 50 });
  const side = summarizeSide(findings, config.direction === 'AtoB' ? 'a' : 'b');
  const starts: { name: string; url: string }[] = [];
  for await (const picture of calibrationPictures(data, config, config.size)) {
    const url = `examples/${starts.length + 1}.png`;
    await writeFile(join(folder, url), await encodePng(picture));
    starts.push({ name: `Example ${starts.length + 1}`, url });
    if (starts.length === EXAMPLES) break;
  }
  return { palette: namedPalette(side), starts };
}

async function copyPage(folder: string): Promise<void> {
  const html = await readFile(join(page, 'draw.html'), 'utf8');
  for (const file of await filesOf(html)) await copyInto(folder, page, file);
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  for (const file of runtimeFiles) await copyInto(join(folder, 'ort'), runtime, file);
  await writeFile(join(folder, 'index.html'), html);
}

/** The files that the page refers to, directly or through others. */
async function filesOf(html: string): Promise<Set<string>> {
  const files = new Set(['icon.svg']);
  const follow = async (text: string): Promise<void> => {
    for (const [name] of text.matchAll(/[\w-]+-[\w-]{8}\.(?:js|css|woff2|svg)/g)) {
      const file = `assets/${name}`;
      if (files.has(file) || !(await exists(join(page, file)))) continue;
      files.add(file);
      await follow(await readFile(join(page, file), 'utf8'));
    }
  };
  await follow(html);
  return files;
}

async function copyInto(folder: string, from: string, file: string): Promise<void> {
  const to = join(folder, file);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(join(from, file), to);
}
