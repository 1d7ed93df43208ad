import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { codeBlocks, pagesIn } from '../reference/markdown.ts';

test('the snippets of every page have the right types', async () => {
  const snippets = new Map<string, string>();
  for (const page of ['README.md', ...(await pagesIn('docs'))]) {
    const blocks = codeBlocks(await readFile(page, 'utf8'), 'ts');
    for (const [i, code] of blocks.entries())
      snippets.set(resolve(`examples/${page.replaceAll('/', '-')}-${i}.ts`), code);
  }
  expect(snippets.size).toBeGreaterThan(1);
  expect(typeErrors(snippets)).toEqual([]);
});

/** The errors of TypeScript programs by path, checked as the project's own files are, against the built package. */
function typeErrors(programs: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, '.');
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile: read } = host;
  host.fileExists = path => programs.has(path) || fileExists(path);
  host.readFile = path => programs.get(path) ?? read(path);
  const program = ts.createProgram([...programs.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}
