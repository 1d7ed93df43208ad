import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import { UserError } from '../../core/errors.ts';
import { findManifest, manifestNames, readManifest } from '../../data/manifest.ts';
import { hasImageExtension, makeFolder } from '../../files/folder.ts';
import { writeFile } from '../../files/write.ts';
import { checkPicture } from '../../images/decoding/decode.ts';
import { freeRunFolder as freeFolder } from '../../runs/run-folder.ts';
import { Refusal } from '../errors.ts';
import { isListed, isPlainName } from '../workspace.ts';
import { mebibytes, type UnzipLimits, unzip } from './unzip.ts';

export interface UploadLimits extends UnzipLimits {
  readonly pixels: number;
  readonly manifestBytes: number;
}

/** A received file, in the temporary folder. */
interface Arrived {
  readonly file: string;
  readonly place: readonly string[];
}

/**
 * Receives a data set from a form: its `name`, then one ZIP archive or files whose names are paths: pictures, and possibly a
 * list of pairs. Everything is collected in a temporary folder and checked; the final folder, `name` or the first of
 * `name-2`, `name-3`, … that is free, appears complete or not at all. Returns it.
 */
export async function receiveDataset(
  root: string,
  parts: AsyncIterable<Multipart>,
  limits: UploadLimits,
): Promise<string> {
  const temporary = await mkdtemp(join(root, '.upload-'));
  try {
    const { name, arrived } = await gather(parts, temporary, limits);
    const wanted = nameOf(name);
    if (!arrived.some(({ place }) => hasImageExtension(place.at(-1)!)))
      throw new UserError('Cannot make a data set without images: send a ZIP archive or a folder of images');
    const whole = join(temporary, 'whole');
    await assemble(arrived, whole);
    await checkManifest(whole);
    return await publish(whole, wanted, root);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Moves a folder to the first free name; to the next one, if another upload took it in the meantime. */
async function publish(whole: string, wanted: string, root: string): Promise<string> {
  for (;;) {
    const folder = await freeFolder(wanted, root);
    try {
      await rename(whole, folder);
      return folder;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

async function gather(
  parts: AsyncIterable<Multipart>,
  temporary: string,
  limits: UploadLimits,
): Promise<{ name: string | undefined; arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  let name: string | undefined;
  let total = 0;
  const keep = async (path: string, bytes: Uint8Array) => {
    const place = placeOf(path);
    if (!place) return;
    total += bytes.length;
    if (total > limits.totalBytes || arrived.length >= limits.files) throw new Refusal(413, tooMuch(limits));
    if (hasImageExtension(path)) await checkPicture(bytes, path, limits.pixels);
    else if (bytes.length > limits.manifestBytes)
      throw new Refusal(
        413,
        `Cannot read "${path}": a list of pairs may have at most ${mebibytes(limits.manifestBytes)}`,
      );
    const file = join(temporary, `${arrived.length}`);
    await writeFile(file, bytes);
    arrived.push({ file, place });
  };
  for await (const part of parts) {
    if (part.type === 'field') {
      if (part.fieldname === 'name') name = nameOf(String(part.value));
      continue;
    }
    // A part of unnamed bytes has none.
    const { filename = '' } = part;
    if (/\.zip$/i.test(filename)) {
      for await (const { path, bytes } of unzip(part.file, each => placeOf(each) !== undefined, limits)) {
        await keep(path, bytes);
      }
    } else if (placeOf(filename)) {
      await keep(filename, await readPart(part, limits.fileBytes));
    } else {
      part.file.resume();
    }
  }
  return { name, arrived };
}

/** Reads a file of the form. Throws {@link Refusal} as soon as it is too large. */
async function readPart({ file, filename }: MultipartFile, mostBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of file) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new Refusal(413, `Cannot upload "${filename}": it is larger than ${mebibytes(mostBytes)}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Puts files in their places. Of lists of pairs, only the one that is read is kept: no other is checked. */
async function assemble(arrived: readonly Arrived[], whole: string): Promise<void> {
  const places = withoutCommonFolder(arrived.map(({ place }) => place));
  const list = manifestNames.find(name => places.some(place => place.join('/') === name));
  for (const [i, { file }] of arrived.entries()) {
    const place = places[i]!;
    if (isManifestName(place.at(-1)!) && place.join('/') !== list) continue;
    const target = join(whole, ...place);
    await makeFolder(dirname(target));
    await rename(file, target);
  }
}

/** Throws {@link UserError} if a data set's list of pairs is wrong or names files outside of it. */
async function checkManifest(folder: string): Promise<void> {
  const manifest = await findManifest(folder);
  if (!manifest) return;
  await readManifest(manifest, { confined: true }).catch(error => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replaceAll(manifest, relative(folder, manifest)));
  });
}

/** Throws {@link Refusal} for names that can't be a folder's. */
function nameOf(name: string | undefined): string {
  if (name !== undefined && isListed(name) && !name.includes(':') && name.length <= 100) return name;
  throw new Refusal(
    400,
    `Cannot name a data set "${name?.slice(0, 100) ?? ''}": the studio would not list it; use another name, of up to 100 letters, digits, "-" and "_"`,
  );
}

function tooMuch({ totalBytes, files }: UploadLimits): string {
  return `Cannot upload so much: a data set may have at most ${files} images and ${mebibytes(totalBytes)}`;
}

const deepest = 4;

/**
 * The path of an uploaded file in its data set, as names of folders and file; undefined unless it is a picture or a list of
 * pairs. Throws {@link UserError} for paths that lead out of the data set.
 */
export function placeOf(path: string): string[] | undefined {
  const names = path.split('/').filter(name => name !== '' && name !== '.');
  if (path.startsWith('/') || names.some(name => name === '..' || /[\\\0:]/.test(name))) {
    throw new UserError(
      `Cannot unpack "${path.slice(0, 100)}": it is outside its folder; pack the folder itself`,
    );
  }
  if (names.length > deepest || !names.every(isPlainName)) return undefined;
  const name = names.at(-1) ?? '';
  return hasImageExtension(name) || isManifestName(name) ? names : undefined;
}

/** Whether a file of this name lists a data set's pairs. */
function isManifestName(name: string): boolean {
  return manifestNames.includes(name);
}

/** Paths without the folders that all of them share: archives often have one around everything. */
function withoutCommonFolder(paths: readonly (readonly string[])[]): (readonly string[])[] {
  let shared = 0;
  const [first] = paths;
  while (
    first &&
    shared < first.length - 1 &&
    paths.every(path => path.length > shared + 1 && path[shared] === first[shared])
  ) {
    shared++;
  }
  // Keep the folder if it names a split or a side.
  const keeps =
    first
      ?.slice(0, shared)
      .findIndex(name => /^((train|test|val|validation)([AB]|_picture|_label)?|A|B)$/.test(name)) ?? -1;
  return paths.map(path => path.slice(keeps < 0 ? shared : keeps));
}
