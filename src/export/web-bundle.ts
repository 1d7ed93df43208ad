import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { createImage, type Image, type Samples } from '../core/image.ts';
import { summarizeSide } from '../data/inspection/describe-sides.ts';
import { type NamedPalette, namedPalette } from '../data/inspection/named-palette.ts';
import { surveyDataSet } from '../data/inspection/survey.ts';
import { assertEmptyFolder, exists } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import { encodePng } from '../images/encoding/encode.ts';
import { openModel, type SavedModel } from '../runs/model-files.ts';
import { FORMAT, type Manifest } from '../web/model-info.ts';
import { calibrationPictures } from './calibration-pictures.ts';
import type { ModelDescription } from './description.ts';
import { readImageModel } from './image-model.ts';
import { dataOf, type ExportedFile, type ExportOptions, exportGenerator, writeModel } from './onnx-file.ts';

/** The built page; the same path from `src/export` and `dist/export`. */
const page = fileURLToPath(new URL('../../dist/ui/', import.meta.url));

/** The built library for browsers, with ONNX Runtime; the same path from both. */
const library = fileURLToPath(new URL('../../dist-web/', import.meta.url));

const EXAMPLES = 3;

/**
 * Writes a folder that any web server can serve at any path: a page of ten lines, one to draw on, the generator with
 * images in and out, its description `model.json`, the library for browsers with ONNX Runtime, and, if the run's data is
 * available, a palette and examples.
 */
export async function writeWebBundle(
  run: string,
  folder: string,
  options: Omit<ExportOptions, 'form' | 'size'>,
): Promise<ExportedFile> {
  if (!(await exists(join(page, 'draw.html'))) || !(await exists(join(library, 'pix2pix-web.js')))) {
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
  assertForBrowsers(description);
  const file = join(folder, 'model.onnx');
  const bytes = await writeModel(file, model);
  const examples = data === undefined ? [] : await examplesOf(data, saved);
  const name = basename(resolve(run));
  const manifest: Manifest = {
    format: FORMAT,
    name,
    model: 'model.onnx',
    bytes,
    integrity: `sha256-${createHash('sha256')
      .update(await readFile(file))
      .digest('base64')}`,
    runtime: 'ort/',
    check: description.noise ? null : await writeCheck(folder, file, examples[0] ?? patternOf(description)),
  };
  const drawing = {
    size: description.size.trained,
    palette: data === undefined ? unknownPalette : await paletteOf(data, saved),
    starts: await writeExamples(folder, examples),
  };
  const content = { ...manifest, ...drawing, description };
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(content, null, 2)}\n`);
  await writeFile(join(folder, 'index.html'), indexPage(name));
  await copyPages(folder);
  return { path: folder, bytes, description };
}

function assertForBrowsers({ input, output }: ModelDescription): void {
  for (const { channels } of [input, output]) {
    if (channels === 1 || channels === 3) continue;
    throw new UserError(
      `Cannot export a web page: the model has images of ${channels} channels, and browsers have gray and RGB`,
    );
  }
}

/** A picture and its translation, with which a browser's GPU is tested; their addresses in `folder`. */
async function writeCheck(
  folder: string,
  file: string,
  condition: Image<Samples>,
): Promise<NonNullable<Manifest['check']>> {
  const model = await readImageModel(file);
  const check = { condition: 'check/condition.png', generated: 'check/generated.png' };
  try {
    await writeFile(join(folder, check.condition), await encodePng(condition));
    await writeFile(join(folder, check.generated), await encodePng(await model.run(condition)));
    return check;
  } finally {
    await model.release();
  }
}

/** A picture with many colours, for models whose data is unknown. */
function patternOf({ input, size: { trained } }: ModelDescription): Image {
  const [height, width] = trained;
  const image = createImage(width, height, input.channels);
  for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 37) % 256;
  return image;
}

const unknownPalette: NamedPalette = { kind: 'photo', gray: false, colors: [] };

async function paletteOf(data: string, { config }: SavedModel): Promise<NamedPalette> {
  const findings = await surveyDataSet(data, { limit: 50 });
  return namedPalette(summarizeSide(findings, config.direction === 'AtoB' ? 'a' : 'b'));
}

async function examplesOf(data: string, { config }: SavedModel): Promise<Image<Samples>[]> {
  const examples: Image<Samples>[] = [];
  for await (const picture of calibrationPictures(data, config, config.size)) {
    examples.push(picture);
    if (examples.length === EXAMPLES) break;
  }
  return examples;
}

interface Start {
  readonly name: string;
  readonly url: string;
}

async function writeExamples(folder: string, examples: readonly Image<Samples>[]): Promise<Start[]> {
  const starts = examples.map((_, i) => ({ name: `Example ${i + 1}`, url: `examples/${i + 1}.png` }));
  for (const [i, example] of examples.entries())
    await writeFile(join(folder, starts[i]!.url), await encodePng(example));
  return starts;
}

async function copyPages(folder: string): Promise<void> {
  const drawing = 'draw.html';
  for (const file of [drawing, ...(await filesOf(drawing))]) await copyInto(folder, page, file);
  const runtime = (await readdir(join(library, 'ort'))).map(file => `ort/${file}`);
  for (const file of ['pix2pix-web.js', ...runtime]) await copyInto(folder, library, file);
}

/** A start for a page of one's own. */
function indexPage(name: string): string {
  const title = name.replaceAll(/[<&]/g, '-');
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<script src="pix2pix-web.js"></script>
<h1>${title}</h1>
<p><label>Image: <input type="file" id="image" accept="image/*"></label> or <a href="draw.html">draw one</a></p>
<pix2pix-image src="model.json" for="image" alt="The translated image"></pix2pix-image>
</html>
`;
}

/** The files that a page refers to, directly or through others. */
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
  await follow(await readFile(join(page, html), 'utf8'));
  return files;
}

async function copyInto(folder: string, from: string, file: string): Promise<void> {
  const to = join(folder, file);
  await mkdir(dirname(to), { recursive: true });
  await copyFile(join(from, file), to);
}
