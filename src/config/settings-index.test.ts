import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { presetNames } from './config.ts';
import { presets } from './presets.ts';
import { defaultConfig, fieldName, flagSettings, settingAt, settings, valueAt } from './settings-index.ts';

describe('settings', () => {
  it('are the leaves of a complete config, each declared once', () => {
    const leaves = (group: object, path: readonly string[] = []): string[] =>
      Object.entries(group).flatMap(([field, value]) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? leaves(value, [...path, field])
          : [[...path, field].join('.')],
      );
    expect(settings.map(({ path }) => path.join('.'))).toEqual(leaves(defaultConfig));
    for (const preset of Object.values(presets)) expect(leaves(preset)).toEqual(leaves(defaultConfig));
  });

  it('have distinct flags, of which three set both networks', () => {
    const flags = flagSettings.map(({ flag }) => flag);
    expect(new Set(flags).size).toBe(flags.length);
    const shared = flagSettings.filter(({ sharedFlag }) => sharedFlag !== undefined);
    expect(shared.map(({ sharedFlag }) => sharedFlag)).toEqual(['filters', 'norm', 'initializer']);
    for (const { sharedFlag, kind, choices } of shared) {
      expect(flagSettings.find(({ flag }) => flag === sharedFlag)).toMatchObject({ kind, choices });
    }
  });

  it('are named by their flag or, without one, by their path', () => {
    expect(fieldName(['batchSize'])).toBe('--batch-size');
    expect(fieldName(['size', 1])).toBe('--size');
    expect(fieldName(['discriminator', 'filters'])).toBe('--discriminator-filters');
    expect(fieldName(['optimizer', 'epsilon'])).toBe('optimizer.epsilon');
  });

  it('have conditions on existing settings and possible values', () => {
    for (const condition of settings.flatMap(({ needs = [] }) => needs)) {
      for (const [path, wanted] of Object.entries(condition)) {
        if (wanted === 'set') settingAt(path);
        else if ('above' in wanted) expect(settingAt(wanted.above).kind).toBe('number');
        else expect(settingAt(path).choices).toEqual(expect.arrayContaining([...wanted]));
      }
    }
  });

  it('start upper-case, without a full stop, in a line of help', () => {
    for (const { help } of settings) expect(help).toMatch(/^[A-Z].{0,95}[^.]$/u);
  });

  it('have values for older configs of their own type', () => {
    for (const { path, ...each } of settings.filter(each => 'before' in each)) {
      const value = each.choices.length > 0 ? String(each.before) : each.before;
      if (each.choices.length > 0) expect(each.choices).toContain(value);
      else if (value !== null && valueAt(defaultConfig, path) !== null)
        expect(typeof value).toBe(typeof valueAt(defaultConfig, path));
    }
  });
});

// Adding a setting touches its declaration, the code that uses it and, where presets differ, presets.ts. What would
// have to follow it elsewhere is looked for in the whole source.
describe('no part of a declaration is repeated', () => {
  const sources = ['src', 'ui'].flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /\.tsx?$/.test(name) && !/\.test\.ts$|_pb\.ts$/.test(name))
      .map(name => join(folder, name)),
  );
  const texts = new Map(sources.map(path => [path, readFileSync(path, 'utf8')]));
  const lists = sources.flatMap(path => listsIn(path, texts.get(path)!));

  const named = settings.filter(({ kind, choices }) => kind === 'text' && choices.length > 0);
  const enumerations = new Set([presetNames, ...named.map(({ choices }) => choices)].map(String));

  it.each([...enumerations])('the values %s are listed once at most', values => {
    const found = lists.filter(list => sameWords(list.values, values.split(',')));
    expect(found.slice(1), `also listed in ${found[0]?.path}`).toEqual([]);
  });

  it('a flag’s help is written once', () => {
    const strings = sources.flatMap(path => stringsIn(path, texts.get(path)!));
    for (const { help } of flagSettings) {
      expect(strings.filter(text => text === help)).toEqual([help]);
    }
  });

  it('the studio’s page names only flags with a separate control', () => {
    const flags = new Set(flagSettings.map(({ flag }) => flag).filter(flag => flag.includes('-')));
    const named = sources
      .filter(path => path.startsWith('ui'))
      .flatMap(path => stringsIn(path, texts.get(path)!).filter(text => flags.has(text)));
    expect(named).toEqual([]);
  });
});

interface List {
  readonly path: string;
  readonly values: readonly string[];
}

/** Lists of words: arrays and unions of string literals, and texts such as `a|b|c`. */
function listsIn(path: string, text: string): List[] {
  const found: List[] = [];
  visit(path, text, node => {
    if (ts.isArrayLiteralExpression(node)) found.push({ path, values: wordsOf(node.elements) });
    if (ts.isUnionTypeNode(node)) {
      found.push({
        path,
        values: wordsOf(node.types.filter(ts.isLiteralTypeNode).map(({ literal }) => literal)),
      });
    }
    if (ts.isStringLiteral(node) && /^[\w-]+(\|[\w-]+)+$/.test(node.text)) {
      found.push({ path, values: node.text.split('|') });
    }
  });
  return found;
}

function stringsIn(path: string, text: string): string[] {
  const found: string[] = [];
  visit(path, text, node => {
    if (ts.isStringLiteral(node)) found.push(node.text);
  });
  return found;
}

function visit(path: string, text: string, see: (node: ts.Node) => void): void {
  const step = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, step);
  };
  const kind = path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  step(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind));
}

function wordsOf(nodes: readonly ts.Node[]): string[] {
  return nodes.filter(node => ts.isStringLiteral(node) || ts.isNumericLiteral(node)).map(({ text }) => text);
}

function sameWords(list: readonly string[], values: readonly string[]): boolean {
  return list.length === values.length && values.every(value => list.includes(value));
}
