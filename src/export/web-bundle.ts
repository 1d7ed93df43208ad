import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { assertEmptyFolder, exists } from '../files/folder.ts';
import { writeFile } from '../files/write.ts';
import type { ExportedFile } from './onnx-file.ts';
import { copyInto, type WebModelOptions, writeWebModel } from './web-model.ts';

/** The built page; the same path from `src/export` and `dist/export`. */
const page = fileURLToPath(new URL('../../dist/ui/', import.meta.url));

/** The built library for browsers, with ONNX Runtime; the same path from both. */
const library = fileURLToPath(new URL('../../dist-web/', import.meta.url));

/**
 * Writes a folder that any web server can serve at any path: a page of ten lines, one to draw on, the generator with
 * images in and out, its description `model.json`, the library for browsers with ONNX Runtime, and, if the run's data is
 * available, a palette and examples.
 * @param path of a run, or of an exported file with its `model.json` beside it.
 */
export async function writeWebBundle(
  path: string,
  folder: string,
  options: WebModelOptions,
): Promise<ExportedFile> {
  if (!(await exists(join(page, 'draw.html'))) || !(await exists(join(library, 'pix2pix-web.js')))) {
    throw new UserError('Cannot export a web page: it is not built yet; run "npm run build"');
  }
  await assertEmptyFolder(folder, 'a web page');
  const { name, bytes, description } = await writeWebModel(path, folder, options);
  await writeFile(join(folder, 'index.html'), indexPage(name));
  await copyPages(folder);
  return { path: folder, bytes, description };
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
