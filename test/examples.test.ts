import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { decodeImage } from '../src/images/decoding/decode.ts';

const run = promisify(execFile);
const examples = (await readdir('examples')).filter(name => name.endsWith('.ts'));

test.each(examples)('%s has at most 60 lines', async name => {
  const text = await readFile(join('examples', name), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('train-and-translate.ts trains and translates', async () => {
  const folder = await runExample('train-and-translate.ts');
  const [label, photo] = [
    await decodeImage(join(folder, 'label.png')),
    await decodeImage(join(folder, 'photo.png')),
  ];
  expect([photo.width, photo.height]).toEqual([label.width, label.height]);
  expect(await readdir(join(folder, 'runs/facades/checkpoints'))).toHaveLength(2);
});

test.each(['custom-generator.ts', 'custom-loss.ts'])('%s has at most 40 lines', async name => {
  const text = await readFile(join('examples', name), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

test('custom-generator.ts trains its own network and translates with it', async () => {
  const photo = await decodeImage(join(await runExample('custom-generator.ts'), 'photo.png'));
  expect([photo.width, photo.height]).toEqual([64, 64]);
});

test('custom-loss.ts trains with its own term', async () => {
  await runExample('custom-loss.ts');
});

test("the README's example is the marked part of train-and-translate.ts", async () => {
  const marked = markedPart(await readFile('examples/train-and-translate.ts', 'utf8'));
  expect(marked.split('\n').length).toBeLessThanOrEqual(15);
  expect(codeBlocks(await readFile('README.md', 'utf8'), 'js')).toContain(marked);
});

/** Runs an example with the built package in an empty folder, and returns the folder. */
async function runExample(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-example-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await stat('dist/index.js').catch(() => expect.unreachable('run "npm run build" first'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules/pix2pix'));
  const source = await readFile(join('examples', name), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  await writeFile(join(folder, 'example.mjs'), outputText);
  await run(process.execPath, ['example.mjs'], { cwd: folder });
  return folder;
}

function markedPart(source: string): string {
  return /^\/\/ README: begin\n(.*)\n\/\/ README: end$/ms.exec(source)![1]!;
}

/** The contents of a Markdown text's code blocks in one language. */
function codeBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)\n```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!);
}
