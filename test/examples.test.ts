import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { decodeImage } from '../src/images/decoding/decode.ts';
import { codeBlocks, pagesIn } from './reference/markdown.ts';

const run = promisify(execFile);
const examples = (await readdir('examples')).filter(name => name.endsWith('.ts'));

test.each(examples)('%s has at most 60 lines', async name => {
  const text = await readFile(join('examples', name), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('train-and-translate.ts trains and translates, and the snippets of docs/library.md go on from there', async () => {
  const [shown, ...snippets] = codeBlocks(await readFile('docs/library.md', 'utf8'), 'ts');
  const example = await readFile('examples/train-and-translate.ts', 'utf8');
  expect(shown).toBe(markedPart(example));
  const count = `console.log(readdirSync('runs/facades/checkpoints').length, 'checkpoints');`;
  const counted = `import { readdirSync } from 'node:fs';\n${example}\n${count}`;
  const { folder, printed } = await runInFolder([counted, ...snippets]);
  expect(printed).toMatch(
    /^Epoch 0 took .+\nEpoch 1 took .+\n2 checkpoints\n24 steps in all\nstopped\n\d+ parameters\n/,
  );
  const [label, photo] = [
    await decodeImage(join(folder, 'label.png')),
    await decodeImage(join(folder, 'photo.png')),
  ];
  expect([photo.width, photo.height]).toEqual([label.width, label.height]);
  expect(await readdir(join(folder, 'runs/short/checkpoints'))).toHaveLength(1);
  expect(await readdir(folder)).toContain('translated-label.png');
});

test('the snippets of the tutorial run, one after the other, and print what their comments say', async () => {
  const pages = await Promise.all((await pagesIn('docs/tutorial')).map(page => readFile(page, 'utf8')));
  const snippets = pages.flatMap(page => codeBlocks(page, 'ts'));
  const { printed } = await runInFolder(snippets);
  const said = snippets.flatMap(snippet => [...snippet.matchAll(/(?:^|console\.log.*;) ?\/\/ (.*)$/gm)]);
  expect(said.length).toBeGreaterThan(10);
  const lines = printed.split('\n');
  expect(said.map(([, line]) => line!).filter(line => !lines.includes(line))).toEqual([]);
  const shownLosses = lossesIn(pages.join('\n'));
  expect(shownLosses).toHaveLength(6);
  expect(lossesIn(printed)).toEqual(shownLosses.map(loss => expect.closeTo(loss, 3)));
});

test.each(['custom-generator.ts', 'custom-loss.ts'])('%s has at most 40 lines', async name => {
  const text = await readFile(join('examples', name), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
});

test('custom-generator.ts and custom-loss.ts train, each with its own part, and the first translates', async () => {
  const names = ['custom-generator.ts', 'custom-loss.ts'];
  const sources = await Promise.all(names.map(name => readFile(join('examples', name), 'utf8')));
  const { folder, printed } = await runInFolder(sources);
  const photo = await decodeImage(join(folder, 'photo.png'));
  expect([photo.width, photo.height]).toEqual([64, 64]);
  expect(printed.match(/^Mean error \d/gm)).toHaveLength(30);
  expect(printed.match(/^Objective \d/gm)).toHaveLength(20);
});

test('translate-with-sharp.ts makes an emoji of a drawing', async () => {
  const drawing = resolve('assets/drawings/emoji/apple.png');
  const prepare = `import { copyFileSync } from 'node:fs';\ncopyFileSync(${JSON.stringify(drawing)}, 'drawing.png');`;
  const example = await readFile('examples/translate-with-sharp.ts', 'utf8');
  const { folder } = await runInFolder([prepare, example]);
  const emoji = await decodeImage(join(folder, 'emoji.webp'));
  expect([emoji.width, emoji.height]).toEqual([512, 512]);
  const [red, green, blue] = emoji.data.subarray(3 * (300 * 512 + 256));
  expect(red! - Math.max(green!, blue!)).toBeGreaterThan(60);
});

test("the README's example is the marked part of train-and-translate.ts", async () => {
  const marked = markedPart(await readFile('examples/train-and-translate.ts', 'utf8'));
  expect(marked.split('\n').length).toBeLessThanOrEqual(15);
  expect(codeBlocks(await readFile('README.md', 'utf8'), 'ts')).toEqual([marked]);
});

/** Runs TypeScript programs with the built package, one after the other in one process in an empty folder. */
async function runInFolder(sources: readonly string[]): Promise<{ folder: string; printed: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-example-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await stat('dist/index.js').catch(() => expect.unreachable('run "npm run build" first'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(resolve('.'), join(folder, 'node_modules/pix2pix'));
  await symlink(resolve('node_modules/sharp'), join(folder, 'node_modules/sharp'));
  const modules = sources.map((_, i) => `./example-${i}.mjs`);
  for (const [i, source] of sources.entries()) {
    const { outputText } = ts.transpileModule(source, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    await writeFile(join(folder, modules[i]!), outputText);
  }
  await writeFile(join(folder, 'main.mjs'), modules.map(path => `await import('${path}');`).join('\n'));
  return { folder, printed: (await run(process.execPath, ['main.mjs'], { cwd: folder })).stdout };
}

/** The losses in a log as the tutorial's fifth part prints it. */
function lossesIn(text: string): number[] {
  return [...text.matchAll(/^\[Epoch.* loss: (\d.*)\] \[G loss: (.*)\]$/gm)].flatMap(([, d, g]) => [
    Number(d),
    Number(g),
  ]);
}

function markedPart(source: string): string {
  return /^\/\/ README: begin\n(.*)\n\/\/ README: end$/ms.exec(source)![1]!;
}
