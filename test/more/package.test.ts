import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';

// The packed package, installed into an empty folder elsewhere, as somebody would who found it on npm.

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), 'pix2pix-package-'));
const project = join(root, 'project');
const home = join(root, 'home');
const temporary = join(root, 'tmp');

let tarball: string;

/** Why nothing could be installed; undefined if it was. */
let unreachable: string | undefined;

beforeAll(async () => {
  for (const folder of [project, home, temporary]) await mkdir(folder);
  tarball = await pack('.');
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  // As docs/library.md says: without it, ONNX Runtime may download CUDA's libraries.
  await writeFile(join(project, '.npmrc'), 'onnxruntime-node-install=skip\n');
  unreachable = await install(tarball);
}, 120_000);

afterAll(() => rm(root, { recursive: true, force: true }));

test('npx finds the command', async context => {
  needsInstall(context);
  const help = await pix2pix('--help');
  expect(help).toContain('Usage: pix2pix COMMAND');
});

test('the demo finds its pairs', async context => {
  needsInstall(context);
  await pix2pix('demo --steps 1');
  expect(await readdir(join(project, 'runs/demo/model/samples'))).toContain('0.png');
  await rm(join(project, 'runs'), { recursive: true });
});

test('the command prepares, trains and translates, and writes into the given folders only', async context => {
  needsInstall(context);
  const before = await filesOf(project);
  await pix2pix('prepare synth facades --out facades --count 4 --test 2 --size 32');
  await pix2pix(
    'train facades --preset article --direction BtoA --size 32 --filters 4 --steps 4 --out runs/tiny',
  );
  await pix2pix('translate runs/tiny facades/test --side B --out out');

  const made = (await filesOf(project)).filter(file => !before.includes(file));
  const elsewhere = made.filter(file => !/^(facades|runs\/tiny|out)\//.test(file));
  expect(elsewhere).toEqual([]);
  expect(made).toEqual(
    expect.arrayContaining([
      'runs/tiny/config.json',
      'runs/tiny/samples/0.png',
      'runs/tiny/samples/pair.png',
      'runs/tiny/checkpoints/step-0000004/model.safetensors',
      'out/0001.png',
      'out/0002.png',
    ]),
  );
  const left = { home: await filesOf(home), temporary: await filesOf(temporary) };
  expect(left).toEqual({ home: [], temporary: [] });
});

test('the library trains and translates', async context => {
  needsInstall(context);
  await writeFile(join(project, 'library.js'), libraryScript);
  const { stdout } = await run(process.execPath, ['library.js'], { cwd: project, env: userEnvironment() });
  expect(stdout.trim().split('\n')).toEqual(['start', 'step', 'step', 'end', '40×30']);
});

const libraryScript = `
import { Pix2Pix, writeSyntheticFacades } from 'pix2pix';

await writeSyntheticFacades('pairs', { train: 2, test: 1, size: 32, seed: 0 });
const model = new Pix2Pix({
  data: 'pairs',
  runFolder: 'model',
  size: [32, 32],
  generator: { filters: 4 },
  discriminator: { filters: 4 },
});
for await (const { type } of model.train({ steps: 2 })) {
  if (['start', 'step', 'end'].includes(type)) console.log(type);
}
const image = { width: 40, height: 30, channels: 3, data: new Uint8Array(40 * 30 * 3) };
const { width, height } = await model.translate(image);
console.log(\`\${width}×\${height}\`);
`;

test('the library brings its types', async context => {
  needsInstall(context);
  await writeFile(join(project, 'library.ts'), typedScript);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(consumerConfig));
  const compiler = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', '.'], { cwd: project }).catch(
    error => error,
  );
  expect(stdout).toBe('');
});

const typedScript = `
import { Pix2Pix, type TrainEvent } from 'pix2pix';

export const losses: number[] = [];
const show = (event: TrainEvent) => {
  if (event.type === 'step') losses.push(event.generatorLoss);
};
const model = new Pix2Pix({ data: 'pairs', runFolder: 'model', direction: 'BtoA' });
export const parameters: number = model.buildGenerator().parameters;
for await (const event of model.train({ epochs: 1 })) show(event);
// @ts-expect-error: types that had become "any" would let this pass
new Pix2Pix({ data: 1, runFolder: 'model' });
`;

const consumerConfig = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    types: ['node'],
    typeRoots: [resolve('node_modules/@types')],
  },
  files: ['library.ts'],
};

test.each([
  ['publint', 'publint@0.3.25 --strict'],
  ['Are the types wrong?', '@arethetypeswrong/cli@0.18.5 --profile esm-only'],
])('%s finds nothing wrong in the package, nor in pix2pix-web', async (_, checker) => {
  for (const file of [tarball, await pack('./dist-web')]) {
    const words = ['--yes', '--prefer-offline', ...checker.split(' '), file];
    const checking = run('npx', words, { cwd: root, env: npmEnvironment() });
    const { code = 0, stdout } = await checking.catch(error => error);
    expect(code, stdout).toBe(0);
  }
});

/** Packs the package in a folder; returns the path of the archive. */
async function pack(folder: string): Promise<string> {
  const options = ['--ignore-scripts', '--json', '--pack-destination', root];
  const { stdout } = await run('npm', ['pack', folder, ...options], { env: npmEnvironment() });
  return join(root, (JSON.parse(stdout) as [{ filename: string }])[0].filename);
}

/** Installs the tarball; says why where the registry can't be reached. */
async function install(tarball: string): Promise<string | undefined> {
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1', ...quickly];
  try {
    await run('npm', ['install', ...options, tarball], { cwd: project, env: npmEnvironment() });
    return undefined;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    const code = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED)\b/.exec(stderr)?.[0];
    if (code) return `the npm registry can't be reached (${code})`;
    throw error;
  }
}

/** npm waits 10 seconds before it asks again otherwise. */
const quickly = ['--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000'];

function needsInstall({ skip }: TestContext): void {
  if (unreachable) skip(unreachable);
}

async function pix2pix(line: string): Promise<string> {
  const { stdout } = await run('npx', ['pix2pix', ...line.split(' ')], {
    cwd: project,
    env: { ...userEnvironment(), npm_config_cache: join(root, 'cache'), npm_config_update_notifier: 'false' },
  });
  return stdout;
}

/** Without what `npm test` tells its scripts about this project, which would pass for the consumer's settings. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const own = /^(npm_(lifecycle|package|command|execpath)|npm_config_(local_prefix|onnxruntime))|^INIT_CWD$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/** A plain one: no CI, which quiets some libraries, and a home and a temporary folder to find traces in. */
function userEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, TMPDIR: temporary };
}

/** Files below a folder, npm's own installation aside but the package's part of it included. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return files.filter(file => !file.startsWith('node_modules/') || file.startsWith('node_modules/pix2pix/'));
}
