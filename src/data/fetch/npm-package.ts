import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { extract } from 'tar';
import { UserError } from '../../core/errors.ts';

/** A package at one version, and the checksum of its archive as the registry publishes it. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-` and the digest in base 64. */
  readonly integrity: string;
}

/**
 * Gets a package from the registry that the user's npm is set to, checks it and unpacks it into `folder`, which exists.
 * Nothing in it is run. Throws {@link UserError}.
 * @param wanted which files, by path within the package; default: all.
 */
export async function fetchNpmPackage(
  { name, version, integrity }: NpmPackage,
  folder: string,
  wanted: (path: string) => boolean = () => true,
): Promise<void> {
  const spec = `${name}@${version}`;
  const archive = join(folder, await pack(spec, folder));
  const actual = await sha512Of(archive);
  if (actual !== integrity) {
    throw new UserError(
      `Cannot use npm package "${spec}": its checksum is ${actual.slice(0, 20)}… and should be ${integrity.slice(0, 20)}…; set npm to another registry`,
    );
  }
  await extract({ file: archive, cwd: folder, strip: 1, strict: true, filter: path => wanted(inner(path)) });
}

/** `package/assets/1.webp` → `assets/1.webp` */
const inner = (path: string): string => path.replace(/^[^/]*\//, '');

/** @returns the archive's file name. */
async function pack(spec: string, folder: string): Promise<string> {
  const words = ['pack', spec, '--pack-destination', '.', '--ignore-scripts', '--loglevel', 'error'];
  // On Windows npm is a script, which only a shell can start.
  const options = { cwd: folder, shell: process.platform === 'win32' };
  const { stdout } = await promisify(execFile)('npm', words, options).catch(error => {
    const reason =
      error.code === 'ENOENT'
        ? 'npm is not installed'
        : (reasonIn(error.stderr) ?? 'npm failed without a reason');
    throw new UserError(`Cannot fetch npm package "${spec}": ${reason}; check that "npm view ${spec}" works`);
  });
  return stdout.trim().split('\n').at(-1)!;
}

/** npm's first line in words: before it come those such as `npm error code E404`. */
function reasonIn(text: string | undefined): string | undefined {
  return text
    ?.split('\n')
    .map(line => line.replace(/^npm (error|ERR!)/, '').trim())
    .find(line => line !== '' && !/^(code|errno|syscall|path|dest) /.test(line))
    ?.replace(/\.$/, '');
}

async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return `sha512-${hash.digest('base64')}`;
}
