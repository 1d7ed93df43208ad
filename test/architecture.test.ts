import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

// The folders of src/ in the order in which they may import: each only from itself and from those above it.
const order = [
  'core',
  'formats',
  'web',
  'graph',
  'onnx',
  'lower',
  'runtime',
  'nn',
  'models',
  'metrics',
  'config',
  'step',
  'distributed',
  'buckets',
  'files',
  'forms',
  'images',
  'data',
  'prepare',
  'runs',
  'train',
  'tracking',
  'import',
  'export',
  'translate',
  'bulk',
  'evaluate',
  'bench',
  'browser',
  'server',
  'cli',
  'pix2pix.ts',
  'index.ts',
];

/**
 * Folders that run anywhere: in a thread, in a browser, in a test. That they compile without Node's and the DOM's types:
 * `npm run types`.
 */
const pureFolders = (JSON.parse(readFileSync('pure/tsconfig.json', 'utf8')) as { include: string[] }).include
  .filter(path => path.startsWith('../src/'))
  .map(path => path.slice('../src/'.length));

/** The npm packages that pure folders may use; each is itself free of Node and DOM. */
const purePackages = ['@bufbuild/protobuf', 'fastest-levenshtein', 'ml-matrix', 'pure-rand', 'zod'];

/** Packages that only one folder may import, so that there is one place to change. */
const homes: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': ['runtime'],
  sharp: ['images'],
  h5wasm: ['import'],
  koffi: ['distributed'],
  bullmq: ['bulk'],
  ioredis: ['bulk'],
  '@aws-sdk/client-s3': ['buckets'],
};

interface Import {
  readonly from: string;
  /** Only for types, so that nothing is loaded. */
  readonly isType: boolean;
  /** A file of the project, or a package as it was written. */
  readonly to: string;
}

const tsconfig = ts.readConfigFile('tsconfig.json', path => readFileSync(path, 'utf8')).config;
const files = (await readdir('src', { recursive: true }))
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map(name => posix.join('src', name.replaceAll('\\', '/')))
  .filter(file => !tsconfig.exclude.includes(file)) // AssemblyScript
  .sort();
const imports = (await Promise.all(files.map(importsOf))).flat();

describe('src/', () => {
  test('has no folder that the order leaves out', () => {
    const found = new Set(files.map(folderOf));
    expect([...found].filter(folder => !order.includes(folder))).toEqual([]);
  });

  test('each folder imports only from those above it', () => {
    const upward = internal().filter(
      ({ from, to }) => order.indexOf(folderOf(to)) > order.indexOf(folderOf(from)),
    );
    expect(upward.map(show)).toEqual([]);
  });

  test('nothing imports the command line', () => {
    const users = internal().filter(({ from, to }) => folderOf(to) === 'cli' && folderOf(from) !== 'cli');
    expect(users.map(show)).toEqual([]);
  });

  test('files import each other in no circle, not even for types', () => {
    expect(circles()).toEqual([]);
  });

  test.each(Object.entries(homes))('%s is imported only by %j', (name, folders) => {
    const elsewhere = external().filter(
      each => packageOf(each.to) === name && !folders.includes(folderOf(each.from)),
    );
    expect(elsewhere.map(show)).toEqual([]);
  });

  test('every imported package is a dependency', async () => {
    const { dependencies, peerDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const declared = { ...dependencies, ...peerDependencies };
    const missing = external().filter(
      ({ to }) => !isBuiltin(to) && to !== 'package.json' && !(packageOf(to) in declared),
    );
    expect(missing.map(show)).toEqual([]);
  });
});

describe(`${pureFolders.join(', ')}`, () => {
  const pureFiles = files.filter(file => pureFolders.includes(folderOf(file)));

  test('import neither Node modules nor packages beyond the listed ones', () => {
    const others = external().filter(
      ({ from, to }) => pureFiles.includes(from) && !purePackages.includes(packageOf(to)),
    );
    expect(others.map(show)).toEqual([]);
  });

  test('load neither by way of other files', () => {
    const loaded = loadedBy(pureFiles).filter(({ to }) => !purePackages.includes(packageOf(to)));
    expect(loaded.map(show)).toEqual([]);
  });

  test('nor does browser/, save for archives and digests', () => {
    const roots = files.filter(file => folderOf(file) === 'browser');
    const allowed = [...purePackages, '@noble/hashes', 'fflate', 'package.json'];
    const loaded = loadedBy(roots).filter(({ to }) => !allowed.includes(packageOf(to)));
    expect(loaded.map(show)).toEqual([]);
  });
});

async function importsOf(from: string): Promise<Import[]> {
  const source = ts.createSourceFile(from, await readFile(from, 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const to = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : specifier;
      found.push({ from, to, isType: isTypeImport(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What an import, an export-from, an import() or an import type names. */
function specifierOf(node: ts.Node): string | undefined {
  const literal = (expression: ts.Node | undefined) =>
    expression && ts.isStringLiteral(expression) ? expression.text : undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return literal(node.arguments[0]);
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  return undefined;
}

/** Whether an import or export-from brings types alone. */
function isTypeImport(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) {
    const names = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
    return node.isTypeOnly || (names.length > 0 && names.every(name => name.isTypeOnly));
  }
  if (!ts.isImportDeclaration(node) || !node.importClause) return false;
  const { isTypeOnly, name, namedBindings } = node.importClause;
  const names = namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return isTypeOnly || (!name && names.length > 0 && names.every(each => each.isTypeOnly));
}

/** The packages that are loaded with `roots`, and with all that these load of the project. */
function loadedBy(roots: readonly string[]): Import[] {
  const loaded = new Set(roots);
  for (const file of loaded) {
    for (const { from, to, isType } of internal()) if (from === file && !isType) loaded.add(to);
  }
  return external().filter(({ from, isType }) => loaded.has(from) && !isType);
}

function internal(): Import[] {
  return imports.filter(({ to }) => to.startsWith('src/'));
}

function external(): Import[] {
  return imports.filter(({ to }) => !to.startsWith('src/'));
}

/** `src/lower/cpu/gemm.ts` → `lower`; `src/index.ts` → `index.ts`. */
function folderOf(file: string): string {
  return file.split('/')[1]!;
}

/** `@scope/name/sub/path` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

function show({ from, to }: Import): string {
  return `${from} → ${to}`;
}

/** Circles of imports, each as the files along it. */
function circles(): string[] {
  const next = new Map<string, string[]>(files.map(file => [file, []]));
  for (const { from, to } of internal()) next.get(from)!.push(to);
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) for (const each of next.get(file) ?? []) visit(each, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  return found;
}
