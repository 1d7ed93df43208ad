import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const readme = await readFile('README.md', 'utf8');
const commandLines = [
  ...new Set([...readme.matchAll(/npx (pix2pix[^`\n]*)/g)].map(([, line]) => plain(line!))),
];

test.each(commandLines)('the README’s "%s" is a command with flags that it has', async line => {
  const words = line.split(/\s+/).slice(1);
  const { help, rest } = await findCommand(words);
  const known = new Set(['--help', ...(help.match(/--[a-z][\w-]*/g) ?? [])]);
  const flags = rest.filter(word => word.startsWith('--')).map(flag => flag.replace(/=.*/, ''));
  expect(flags.filter(flag => !known.has(flag))).toEqual([]);
});

test('the README shows every command', async () => {
  const shown = commandLines.join('\n');
  const leaves = await leavesBelow([]);
  expect(leaves.filter(words => !shown.includes(['pix2pix', ...words].join(' ')))).toEqual([]);
});

describe.each(documents)('%s', name => {
  test('links to files that exist', async () => {
    const links = [...(await readFile(name, 'utf8')).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)];
    expect(await missing(links.map(([, target]) => target!))).toEqual([]);
  });

  test('names source files that exist', async () => {
    const text = await readFile(name, 'utf8');
    const paths = [...text.matchAll(/`((?:src|test|bin|scripts|examples)\/[\w./-]+)`/g)];
    expect(await missing(paths.map(([, path]) => path!))).toEqual([]);
  });

  test('names npm scripts that exist', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: object };
    const named = [...(await readFile(name, 'utf8')).matchAll(/npm run ([\w:-]+)/g)].map(
      ([, script]) => script!,
    );
    expect(named.filter(script => !(script in scripts))).toEqual([]);
  });
});

/** Without a shell's comment at its end. */
function plain(line: string): string {
  return line.replace(/\s+#.*/, '').trim();
}

/** The help of the command that `words` begin with, and the words after it. */
async function findCommand(words: readonly string[]): Promise<{ help: string; rest: readonly string[] }> {
  let depth = 0;
  let help = await helpOf([]);
  while (commandsIn(help).length > 0 && depth < words.length && !words[depth]!.startsWith('-')) {
    expect(commandsIn(help)).toContain(words[depth]);
    help = await helpOf(words.slice(0, ++depth));
  }
  return { help, rest: words.slice(depth) };
}

/** The words of every command that isn't a group of others. */
async function leavesBelow(words: readonly string[]): Promise<string[][]> {
  const names = commandsIn(await helpOf(words));
  if (names.length === 0) return [[...words]];
  return (await Promise.all(names.map(name => leavesBelow([...words, name])))).flat();
}

/** The commands that a group's help lists, each as `  name    description`. */
function commandsIn(help: string): string[] {
  const list = /^COMMANDS\n\n(.*?)\n\n/ms.exec(help)?.[1] ?? '';
  return list.split('\n').flatMap(line => /^\s+(\S+)\s/.exec(line)?.[1] ?? []);
}

const helps = new Map<string, Promise<string>>();

function helpOf(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const help = helps.get(key) ?? readHelp(words);
  helps.set(key, help);
  return help;
}

async function readHelp(words: readonly string[]): Promise<string> {
  return (await run(process.execPath, ['bin/pix2pix.js', ...words, '--help'])).stdout;
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
