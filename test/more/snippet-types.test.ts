import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { codeBlocks, pagesIn } from '../reference/markdown.ts';

test('the snippets of every page have the right types, and so do the examples of ARCHITECTURE.md', async () => {
  const architecture = await readFile('ARCHITECTURE.md', 'utf8');
  const programs = { ...(await pageSnippets()), ...architectureExamples(architecture) };
  expect(Object.keys(programs).length).toBeGreaterThan(5);
  const paths = Object.entries(programs).map(
    ([name, code]) => [resolve(`examples/${name}.ts`), code] as const,
  );
  expect(typeErrors(new Map(paths))).toEqual([]);
});

/** The TypeScript snippets of the pages, and what docs/web.md shows for bundlers, after its sketch. */
async function pageSnippets(): Promise<Record<string, string>> {
  const pages = ['README.md', ...(await pagesIn('docs'))].map(async page => {
    const blocks = codeBlocks(await readFile(page, 'utf8'), 'ts');
    return blocks.map((code, i) => [`${page.replaceAll('/', '-')}-${i}`, code] as const);
  });
  const [, ...bundled] = codeBlocks(await readFile('docs/web.md', 'utf8'), 'js');
  return {
    ...Object.fromEntries((await Promise.all(pages)).flat()),
    bundled: [...bundled, 'export { model };'].join('\n'),
  };
}

/** Programs made of the examples in a text, with what these import and leave out. */
function architectureExamples(text: string): Record<string, string> {
  const [weight] = /totalVariation: setting\(.*\)/.exec(exampleBelow('Adding a loss', text))!;
  return {
    generator: `
      import { relu, tanh, withScope } from '../src/graph/index.ts';
      import type { Generator } from '../src/models/network.ts';
      import { type ConvOptions, conv } from '../src/nn/layers.ts';
      declare const rest: Omit<ConvOptions, 'filters' | 'stride'>;
      ${filled(exampleBelow('Adding a generator', text), ['...rest', 'void mode;', 'x'])}`,
    settings: `
      import { below1, setting, weight } from '../src/config/settings/declare.ts';
      const group = 'Losses';
      export const settings = { ${weight}, ${exampleBelow('Adding a setting', text)} };`,
    command: `
      import { defineCommand } from '../src/cli/options/command.ts';
      import { jsonOption } from '../src/cli/options/shared-options.ts';
      ${filled(exampleBelow('Adding a command', text), [''])}`,
  };
}

/** The first indented code below a heading. */
function exampleBelow(heading: string, text: string): string {
  return /^ {4}.*(?:\n(?: {4}.*)?)*/m.exec(text.split(`\n## ${heading}\n`)[1]!)![0];
}

/** Code with something in the place of each `…`. */
function filled(code: string, gaps: readonly string[]): string {
  return gaps.reduce((soFar, gap) => soFar.replace('…', gap), code);
}

/** The errors of TypeScript programs by path, checked as the project's own files are, against the built package. */
function typeErrors(programs: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, '.');
  options.paths = {
    'pix2pix-web': [resolve('dist-web/index.d.ts')],
    'pix2pix-web/*': [resolve('dist-web/*.d.ts')],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile: read } = host;
  host.fileExists = path => programs.has(path) || fileExists(path);
  host.readFile = path => programs.get(path) ?? read(path);
  const program = ts.createProgram([...programs.keys()], options, host);
  return [...programs.keys()]
    .map(path => program.getSourceFile(path)!)
    .flatMap(file => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}
