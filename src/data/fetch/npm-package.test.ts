import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import { messageOf } from '../../core/errors.ts';
import { fetchNpmPackage, type NpmPackage } from './npm-package.ts';

beforeEach(async () => {
  vi.stubEnv('npm_config_cache', await temporaryFolder());
  vi.stubEnv('npm_config_fetch_retries', '0');
});
afterEach(() => vi.unstubAllEnvs());

/** A registry with one package, which npm is set to. */
async function serve(name: string, version: string): Promise<NpmPackage> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'package/assets'), { recursive: true });
  await writeFile(join(folder, 'package/package.json'), JSON.stringify({ name, version }));
  await writeFile(join(folder, 'package/assets/a.txt'), 'a');
  await create({ file: join(folder, 'it.tgz'), cwd: folder, gzip: true }, ['package']);
  const archive = await readFile(join(folder, 'it.tgz'));
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const server = createServer((request, response) => {
    if (request.url!.endsWith('it.tgz')) return response.end(archive);
    if (decodeURIComponent(request.url!) !== `/${name}`) return response.writeHead(404).end('{}');
    const dist = { tarball: `${base()}/it.tgz`, integrity };
    response.end(JSON.stringify({ name, versions: { [version]: { name, version, dist } } }));
  });
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  vi.stubEnv('npm_config_registry', base());
  return { name, version, integrity };
}

it('downloads the wanted files of a package from the configured npm registry', async () => {
  const source = await serve('@some/emoji', '1.2.3');
  const folder = await temporaryFolder();
  await fetchNpmPackage(source, folder, path => path.startsWith('assets/'));
  expect(await readFile(join(folder, 'assets/a.txt'), 'utf8')).toBe('a');
  expect(await readdir(folder)).not.toContain('package.json');
});

it('refuses a package with a wrong checksum', async () => {
  const source = await serve('emoji', '1.0.0');
  const folder = await temporaryFolder();
  await expect(fetchNpmPackage({ ...source, integrity: 'sha512-other' }, folder)).rejects.toThrow(
    /Cannot use npm package "emoji@1.0.0": its checksum is sha512-.*… and should be sha512-other…; set npm to another registry/,
  );
  expect(await readdir(folder)).not.toContain('assets');
});

/** Why fetching failed, in npm's words. */
async function reasonFor(source: NpmPackage): Promise<string | undefined> {
  const failure = await fetchNpmPackage(source, await temporaryFolder()).catch(messageOf);
  const { name, version } = source;
  const [start, end] = [
    `Cannot fetch npm package "${name}@${version}": `,
    `; check that "npm view ${name}@${version}" works`,
  ];
  expect(failure).toSatisfy((message: string) => message.startsWith(start) && message.endsWith(end));
  return failure?.slice(start.length, -end.length);
}

it('gives npm’s reason in one line if the registry lacks a package or a version', async () => {
  const source = await serve('emoji', '1.0.0');
  expect(await reasonFor({ ...source, name: 'drawings' })).toMatch(
    /^404 Not Found - GET http:[^\n]*drawings/,
  );
  expect(await reasonFor({ ...source, version: '2.0.0' })).toMatch(
    /No matching version found for emoji@2.0.0$/,
  );
});

it('gives npm’s reason in one line if there is no registry', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
  const reason = await reasonFor({ name: 'drawings', version: '1.0.0', integrity: '' });
  expect(reason).toMatch(/^[^\n]*request to http:\/\/127.0.0.1:9\/drawings failed, reason: [^\n]+$/);
});
