import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOnnx } from '../../src/export/onnx-file.ts';
import { hasBrowser, launchBrowser } from '../reference/browser.ts';
import { variants } from '../reference/export-variants.ts';
import { serveFolders } from '../reference/static-site.ts';
import { writeTrainedRun } from '../reference/trained-run.ts';

const run = promisify(execFile);

// pix2pix-web as it would be published, packed and unpacked into an empty project.
describe.skipIf(!existsSync('dist-web/index.js'))('the packed pix2pix-web (needs "npm run build")', () => {
  let project: string;
  let installed: string;
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'pix2pix-web-'));
    installed = join(project, 'node_modules/pix2pix-web');
    await mkdir(installed, { recursive: true });
    await run('npm', ['pack', './dist-web', '--pack-destination', project]);
    const tarball = (await readdir(project)).find(name => name.endsWith('.tgz'))!;
    await extract({ file: join(project, tarball), cwd: installed, strip: 1 });
    await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  });
  afterAll(() => rm(project, { recursive: true, force: true }));

  it('can be imported in Node, without dependencies', async () => {
    const program = `
      import { load, clearCache, Pix2PixError } from 'pix2pix-web';
      import { Pix2PixImage } from 'pix2pix-web/element';
      import description from 'pix2pix-web/package.json' with { type: 'json' };
      console.log(typeof load, typeof clearCache, typeof Pix2PixError, typeof Pix2PixImage, description.dependencies);`;
    await writeFile(join(project, 'program.js'), program);
    const { stdout } = await run(process.execPath, ['program.js'], { cwd: project });
    expect(stdout.trim()).toBe('function function function function undefined');
  });

  it('includes types that need only the DOM', async () => {
    await writeFile(
      join(project, 'program.ts'),
      `import { load, Pix2PixError, type Model } from 'pix2pix-web';
      import { Pix2PixImage } from 'pix2pix-web/element';
      const model: Model = await load('model.json', { device: 'wasm', onProgress: ({ stage }) => console.log(stage) });
      const bitmap: ImageBitmap | null = await model.translate(document.createElement('canvas'));
      const pixels: ImageData = await model.pixels('picture.png', { resize: 'none' });
      export const code = (error: unknown) => (error instanceof Pix2PixError ? error.code : null);
      export const loaded: Model | null = new Pix2PixImage().model;
      export const size = [bitmap?.width, pixels.width];
      // @ts-expect-error: types that had become "any" would let this pass
      await model.pixels(1);`,
    );
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom'];
    const compiler = [resolve('node_modules/typescript/bin/tsc'), ...options];
    const { stdout } = await run(process.execPath, [...compiler, '--module', 'nodenext', 'program.ts'], {
      cwd: project,
    }).catch(error => error);
    expect(stdout).toBe('');
  });

  it.skipIf(!hasBrowser)('finds ONNX Runtime beside itself', async () => {
    await writeTrainedRun(join(project, 'run'), variants[0]![1]);
    await writeOnnx(join(project, 'run'), join(project, 'model.onnx'), { size: 'free', form: 'image' });
    await writeFile(join(project, 'index.html'), '<!doctype html><link rel="icon" href="data:,">');
    const site = await serveFolders({ '/': project });
    const browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(`${site.url}/`);
    const width = await page.evaluate(`import('/node_modules/pix2pix-web/index.js').then(async ({ load }) => {
      const model = await load('/model.onnx');
      return (await model.pixels(new ImageData(64, 64))).width;
    })`);
    expect(width).toBe(64);
    await browser.close();
    await site.close();
  });
});
