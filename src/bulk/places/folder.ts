import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { explainFileError } from '../../files/file-error.ts';
import { exists, isFolder, namesIn } from '../../files/folder.ts';
import { writeFile } from '../../files/write.ts';
import { findInputs } from '../../translate/find-inputs.ts';
import { campaignFiles, type SourcePicture } from '../campaign.ts';
import type { Destination, Source } from './place.ts';

/** A folder with its subfolders, without the results that may lie below it. */
export function folderSource(folder: string, destination: string): Source {
  const location = resolve(folder);
  return {
    location,
    list: async function* () {
      for (const { path, below } of await findInputs(location, destination)) {
        yield { name: join(below, basename(path)), etag: await tagOf(path) };
      }
    },
    fetch: async name => join(location, name),
    release: async () => {},
    check: async () => {
      if (!(await isFolder(location)))
        throw new UserError(`Cannot read the folder "${location}": it does not exist on this machine`);
    },
  };
}

/** A text file that lists pictures, one path per line, relative to its folder. */
export function listSource(file: string): Source {
  const location = resolve(file);
  const folder = resolve(location, '..');
  const read = async () =>
    readFile(location, 'utf8').catch(error => {
      throw new UserError(`Cannot read the list "${location}": ${explainFileError(error)}`);
    });
  return {
    location,
    list: async function* () {
      const lines = (await read()).split(/\r?\n/).map(line => line.trim());
      const missing: string[] = [];
      for (const name of new Set(lines)) {
        if (name === '') continue;
        if (resolve(folder, name) !== join(folder, name) || name.startsWith('..'))
          throw outside(location, name);
        const path = join(folder, name);
        if (await exists(path)) yield { name, etag: await tagOf(path) };
        else missing.push(name);
      }
      const [first] = missing;
      if (first === undefined) return;
      const others = missing.length - 1;
      const more = others === 0 ? '' : `, and ${others} more ${others === 1 ? 'is' : 'are'} missing`;
      throw new UserError(
        `Cannot use line ${lines.indexOf(first) + 1} of "${location}": there is no file "${join(folder, first)}"${more}`,
      );
    },
    fetch: async name => join(folder, name),
    release: async () => {},
    check: async () => void (await read()),
  };
}

function outside(list: string, name: string): UserError {
  return new UserError(
    `Cannot use "${name}" in the list "${list}": write paths from the folder of the list, without ".."`,
  );
}

/** Changes with the file: its size and time. */
async function tagOf(path: string): Promise<SourcePicture['etag']> {
  const { size, mtimeMs } = await stat(path).catch(error => {
    throw new UserError(`Cannot read "${path}": ${explainFileError(error)}`);
  });
  return `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`;
}

export function folderDestination(folder: string): Destination {
  const location = resolve(folder);
  const at = (name: string) => join(location, name);
  const write = (name: string, content: Uint8Array | string) => writeFile(at(name), content);
  return {
    location,
    pathFor: at,
    keep: async () => {},
    release: async () => {},
    read: async name =>
      readFile(at(name)).catch(error => {
        if (error.code === 'ENOENT') return null;
        throw new UserError(`Cannot read "${at(name)}": ${explainFileError(error)}`);
      }),
    write,
    names: name => namesIn(at(name)),
    remove: name => rm(at(name), { recursive: true, force: true }),
    check: async () => {
      const probe = `${campaignFiles.folder}/probe-${process.pid}`;
      await write(probe, 'This destination can be written');
      await rm(at(probe), { force: true });
    },
  };
}
