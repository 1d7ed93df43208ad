import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { parseArgs } from 'citty';
import { describe, expect, test } from 'vitest';
import { anchorOf, routeOf } from '../docs/.vitepress/paths.ts';
import { sidebar } from '../docs/.vitepress/sidebar.ts';
import { pix2pix } from '../src/cli/main.ts';
import { type Command, type CommandGroup, checkArguments, isGroup } from '../src/cli/options/command.ts';
import { overridesFrom } from '../src/cli/options/run-options.ts';
import { presets } from '../src/config/presets.ts';
import { resolveConfig } from '../src/config/resolve-config.ts';
import { flagSettings, valueAt } from '../src/config/settings-index.ts';
import { readManifest as readListOfPairs } from '../src/data/manifest.ts';
import { readManifest } from '../src/evaluate/features/manifest.ts';
import { saveBytes, temporaryFolder } from './data-fixtures.ts';
import { codeBlocks, pagesIn, withoutCode } from './reference/markdown.ts';

const guides = ['README.md', ...(await pagesIn('docs'))];
const documents = [
  ...guides,
  ...['ARCHITECTURE.md', 'BENCHMARKS.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'],
  ...(await pagesIn('recipes')),
];
const texts = new Map(
  await Promise.all(documents.map(async name => [name, await readFile(name, 'utf8')] as const)),
);
const { scripts: packageScripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
const scriptFlags = new Map((await Promise.all(['bench', 'scripts'].map(flagsOfScripts))).flat());
const commands = await commandsBelow(pix2pix, ['pix2pix']);
const commandLines = [
  ...documents.flatMap(name => commandLinesIn(texts.get(name)!)),
  ...commands.flatMap(({ command }) => command.examples.flatMap(commandLinesIn)),
];

test.each([...new Set(commandLines)])('"%s" is a command with arguments that it takes', async line => {
  await checkCommandLine(splitWords(line));
});

test.each([...new Set(documents.flatMap(name => scriptLinesIn(texts.get(name)!)))])(
  '"%s" has flags that the script takes',
  line => {
    const [script] = line.split(' ') as [string];
    const unquoted = line.replaceAll(/"[^"]*"/g, '');
    const flags = [...unquoted.matchAll(/ (--[a-z][\w-]*)/g)].map(([, flag]) => flag!);
    expect(flags.filter(flag => !scriptFlags.get(script)?.includes(flag))).toEqual([]);
  },
);

test('docs/commands.md shows every command', () => {
  const shown = commandLinesIn(texts.get('docs/commands.md')!);
  const missing = commands.filter(({ words }) => !shown.some(line => line.startsWith(words.join(' '))));
  expect(missing.map(({ words }) => words.join(' '))).toEqual([]);
});

test('docs/presets.md shows the settings that the presets have', () => {
  const [header, ...rows] = tableAfter(texts.get('docs/presets.md')!, '## Settings');
  const columns = header!.slice(1).map(plainCell);
  expect([...columns].sort()).toEqual(Object.keys(presets).sort());
  const paths = new Map(flagSettings.map(({ flag, path }) => [`--${flag}`, path]));
  const actual = rows.map(([flag]) => [
    flag,
    ...columns.map(name =>
      shownSetting(valueAt(presets[name as keyof typeof presets], paths.get(plainCell(flag!))!)),
    ),
  ]);
  expect(rows).toEqual(actual);
});

test("docs/evaluate.md shows a feature network's manifest as it is read", async () => {
  const folder = await temporaryFolder();
  const [manifest] = codeBlocks(texts.get('docs/evaluate.md')!, 'json');
  await saveBytes(join(folder, 'inception.json'), manifest!);
  expect(await readManifest(join(folder, 'inception.onnx'), [])).toMatchObject(JSON.parse(manifest!));
});

test('docs/data-sets.md shows the same list of pairs as CSV and as JSON', async () => {
  const folder = await temporaryFolder();
  for (const path of ['sketches/1.png', 'photos/1.jpg', 'sketches/2.png', 'photos/2.jpg'])
    await saveBytes(join(folder, path), '');
  const [csv, json] = await Promise.all(
    ['csv', 'json'].map(async kind => {
      const [list] = codeBlocks(texts.get('docs/data-sets.md')!, kind);
      return readListOfPairs(await saveBytes(join(folder, `pairs.${kind}`), list!));
    }),
  );
  expect([csv!.train.length, csv!.test.length]).toEqual([1, 1]);
  expect(json).toEqual(csv);
});

test.each([
  ['docs/tutorial/5-training.md', 'src/step/algorithms.ts', /^step: \[.*?\]/ms],
  ['ARCHITECTURE.md', 'src/step/algorithms.ts', /^step: \[.*?\]/ms],
  ['ARCHITECTURE.md', 'src/graph/ops/elementwise.ts', /export const softplusOp = .*?^ *\);/ms],
  ['ARCHITECTURE.md', 'src/graph/ops/elementwise.ts', /export const softplus = .*;/],
  ['ARCHITECTURE.md', 'src/lower/common.ts', /softplus: direct\(.*?\)/],
  ['ARCHITECTURE.md', 'test/reference/op-cases.ts', /softplus: unary\(.*?\)/],
  ['ARCHITECTURE.md', 'src/nn/losses.ts', /export function totalVariation.* \{/],
  ['ARCHITECTURE.md', 'src/step/objective.ts', /if \(weights\.totalVariation > 0\) .*;/],
])('%s quotes %s as it is: %s', async (name, path, code) => {
  const [quoted] = code.exec(texts.get(name)!)!;
  expect(bare(await readFile(path, 'utf8'))).toContain(bare(quoted));
});

test('README.md has 150 lines at most, with the commands of a first try', () => {
  const readme = texts.get('README.md')!;
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  expect(readme).toContain('\nnpm ci && npx pix2pix\n');
  expect(readme).toContain('\nnpm ci && npm run demo\n');
  expect(readme).toContain('\nnpm ci && npm test\n');
});

test('README.md, docs/README.md and the site list every page, docs/tutorial/README.md its parts', () => {
  const pages = guides.slice(1).filter(name => !['docs/README.md', 'docs/index.md'].includes(name));
  const isPart = (page: string) => /^docs\/tutorial\/\d/.test(page);
  const linkedFrom = (index: string) => linksIn(index).map(({ path }) => path);
  const all = pages.filter(page => !isPart(page));
  for (const index of ['README.md', 'docs/README.md']) {
    expect(all.filter(page => !linkedFrom(index).includes(page))).toEqual([]);
  }
  expect(pages.filter(isPart).filter(page => !linkedFrom('docs/tutorial/README.md').includes(page))).toEqual(
    [],
  );
  const routes = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
  expect(pages.filter(page => !routes.includes(routeOf(page)!))).toEqual([]);
});

test.each(documents)('%s names flags that exist', name => {
  const known = new Set([...commands.map(({ command }) => flagsOf(command)), ...scriptFlags.values()].flat());
  const named = [...texts.get(name)!.matchAll(/`(--[a-z][\w-]*)/g)].map(([, flag]) => flag!);
  expect(named.filter(flag => !known.has(flag))).toEqual([]);
});

/** A path from the project's root, anywhere in a text. */
const ownPath =
  /(?<![\w./-])(?:assets|bench|bin|docs|examples|pure|recipes|scripts|src|test|ui)\/[\w./-]*\w/g;
/** What looks like one: a picture of a data set, and a folder that a command writes. */
const foreign = ['test/1.jpg', 'docs/.vitepress/dist'];

describe.each(documents)('%s', name => {
  test('links to files and headings that exist', async () => {
    const links = linksIn(name);
    expect(await missing(links.map(({ path }) => path))).toEqual([]);
    const lost = links.filter(
      ({ path, anchor }) => anchor !== undefined && !anchorsIn(texts.get(path) ?? '').includes(anchor),
    );
    expect(lost).toEqual([]);
  });

  test('names files of the project that exist', async () => {
    const paths = texts.get(name)!.match(ownPath) ?? [];
    expect(await missing(paths.filter(path => !foreign.includes(path)))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const named = [...texts.get(name)!.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
    expect(named.filter(script => !(script in packageScripts))).toEqual([]);
  });
});

interface NamedCommand {
  readonly words: readonly string[];
  readonly command: Command;
}

/** What follows `npx` on a line or in inline code, without a shell's comment at its end. */
function commandLinesIn(text: string): string[] {
  return [...text.matchAll(/npx (pix2pix[^`\n]*)/g)].map(([, line]) => line!.replace(/\s+#.*/, '').trim());
}

/** The project's scripts with what follows them on a line or in inline code, also those that `npm run` starts with arguments. */
function scriptLinesIn(text: string): string[] {
  const direct = text.replaceAll(/npm run ([\w:-]+) -- /g, (_, script) => `${packageScripts[script]} `);
  return (direct.match(/(?:bench|scripts)\/[\w-]+\.mjs[^`\n#&|;]*/g) ?? []).map(line => line.trim());
}

/** The flags of a folder's scripts, as they declare them for `parseArgs`, by path. */
async function flagsOfScripts(folder: string): Promise<[string, readonly string[]][]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.mjs'));
  return Promise.all(
    names.map(async name => {
      const source = await readFile(join(folder, name), 'utf8');
      const declared = source.matchAll(/([a-z][\w-]*)'?: \{ type: '(?:string|boolean)'/g);
      return [`${folder}/${name}`, [...declared].map(([, flag]) => `--${flag}`)];
    }),
  );
}

/** Words as a shell splits them, without their quotes. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare!,
  );
}

/** Throws UserError, as the command would, where it doesn't take such arguments; `train` checks its settings, too. */
async function checkCommandLine([root, ...rest]: readonly string[]): Promise<void> {
  const words = [root!];
  let command: Command | CommandGroup = pix2pix;
  while (isGroup(command) && rest.length > 0 && !rest[0]!.startsWith('-')) {
    const word = rest.shift()!;
    expect(Object.keys(command.commands)).toContain(word);
    command = await command.commands[word]!.load();
    words.push(word);
  }
  const args = rest.filter((word, i) => word !== '--help' && rest[i - 1] !== '--help');
  if (isGroup(command)) return expect(args).toEqual([]);
  if (args.length < rest.length) return expect(args).toEqual([]);
  checkArguments(command, args, words);
  const values: Record<string, unknown> = parseArgs(args, command.args);
  // A run or model to start from has settings of its own.
  const isNew = values.from === undefined && values.resume === undefined;
  if (words.at(-1) === 'train' && isNew) resolveConfig(overridesFrom(values));
}

/** Every command that isn't a group of others. */
async function commandsBelow(
  command: Command | CommandGroup,
  words: readonly string[],
): Promise<NamedCommand[]> {
  if (!isGroup(command)) return [{ words, command }];
  const below = Object.entries(command.commands).map(async ([word, entry]) =>
    commandsBelow(await entry.load(), [...words, word]),
  );
  return (await Promise.all(below)).flat();
}

function flagsOf({ args }: Command): string[] {
  return Object.entries(args)
    .flatMap(([name, { type }]) => {
      if (type === 'positional') return [];
      return type === 'boolean' ? [`--${name}`, `--no-${name}`] : [`--${name}`];
    })
    .concat('--help');
}

/** Links to files of the project, as paths from its root. */
function linksIn(name: string): { path: string; anchor: string | undefined }[] {
  const targets = [...withoutCode(texts.get(name)!).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, target]) => target!,
  );
  return targets
    .filter(target => !/^[a-z]+:/.test(target))
    .map(target => {
      const [path, anchor] = target.split('#') as [string, string | undefined];
      return { path: path === '' ? name : normalize(join(dirname(name), path)), anchor };
    });
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsIn(text: string): string[] {
  const headings = [...withoutCode(text).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map(anchorOf);
}

/** Code without comments and spaces. */
function bare(code: string): string {
  return code.replaceAll(/\/\/.*|\s/g, '');
}

/** The rows of the first table after a heading, without the line below its header. */
function tableAfter(text: string, heading: string): string[][] {
  const lines = text.slice(text.indexOf(`\n${heading}\n`)).split('\n');
  const start = lines.findIndex(line => line.startsWith('|'));
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  const rows = lines.slice(start, end).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
  return rows.filter((_, i) => i !== 1);
}

function plainCell(cell: string): string {
  return cell.replaceAll('`', '');
}

/** A setting as the table has it: `yes`, `256` for a square, `–` for none. */
function shownSetting(value: unknown): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value[0] === value[1] ? String(value[0]) : value.join('x');
  return String(value);
}

async function missing(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(path =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, i) => !found[i]);
}
