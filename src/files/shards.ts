import { readSync } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Header, Pax } from 'tar';
import * as z from 'zod';
import { UserError } from '../core/errors.ts';
import { explainFileError } from './file-error.ts';
import { isFile, namesIn } from './folder.ts';
import { writeFile } from './write.ts';

// Tar shards in WebDataset's layout: archives whose members belong together where their names are equal up to the first
// dot. A member is read by a path through its shard, `pairs/00002.tar/17.a.png`, without reading what lies before it.

const indexSchema = z.record(
  z.string(),
  z.object({
    bytes: z.number(),
    modified: z.number(),
    /** Offset and length of each member's content, in bytes. */
    members: z.record(z.string(), z.tuple([z.number(), z.number()])),
  }),
);

/** What is in each shard of a folder, by its file name. */
type ShardIndex = z.infer<typeof indexSchema>;

const BLOCK = 512;

/** The file, beside the shards, that keeps what is in them. */
const INDEX = '.index.json';

const indices = new Map<string, Promise<ShardIndex>>();

/** The paths of all members of a folder's shards, shard by shard, in their order. Throws {@link UserError} for damaged ones. */
export async function shardMembers(folder: string): Promise<string[]> {
  const shards = (await namesIn(folder)).filter(name => name.endsWith('.tar'));
  if (shards.length === 0) return [];
  indices.set(folder, buildIndex(folder, shards));
  const index = await indices.get(folder)!;
  return shards.flatMap(shard => Object.keys(index[shard]!.members).map(name => join(folder, shard, name)));
}

/** The shard and the name in it, if the path leads through a tar file; null for other paths. */
export async function throughShard(
  path: string,
): Promise<{ readonly shard: string; readonly name: string } | null> {
  const [, shard, name] = /^(.*?\.tar)[/\\](.+)$/.exec(path) ?? [];
  return shard !== undefined && name !== undefined && (await isFile(shard)) ? { shard, name } : null;
}

/** Reads one member. Throws an error with the reason alone if there is none, or the shard has been cut since. */
export async function readMember(shard: string, name: string): Promise<Uint8Array> {
  const folder = dirname(shard);
  if (!indices.has(folder)) await shardMembers(folder);
  const range = (await indices.get(folder))?.[basename(shard)]?.members[name];
  if (!range) throw new Error('the shard has no such member');
  const file = await open(shard);
  try {
    const [offset, length] = range;
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    if (bytesRead < length)
      throw new Error(`the shard ends within it, after ${bytesRead} of ${length} bytes`);
    return bytes;
  } finally {
    await file.close();
  }
}

/** Reads through shards that are new or have changed; the rest is known from {@link INDEX}, which is kept up to date. */
async function buildIndex(folder: string, shards: readonly string[]): Promise<ShardIndex> {
  const path = join(folder, INDEX);
  const known = await readIndex(path);
  const index: ShardIndex = {};
  let isNew = false;
  for (const shard of shards) {
    const { size: bytes, mtimeMs: modified } = await stat(join(folder, shard));
    const before = known[shard];
    const isKnown = before?.bytes === bytes && before.modified === modified;
    index[shard] = isKnown
      ? before
      : { bytes, modified, members: await scanShard(join(folder, shard), bytes) };
    isNew ||= !isKnown;
  }
  // A folder that can't be written is indexed by each process for itself.
  if (isNew) await writeFile(path, JSON.stringify(index)).catch(() => {});
  return index;
}

async function readIndex(path: string): Promise<ShardIndex> {
  try {
    return indexSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

/** Reads the header of each member, and skips its content. */
async function scanShard(path: string, bytes: number): Promise<Record<string, [number, number]>> {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot read shard "${path}": ${reason}; copy it once more, or remove it`);
  };
  const file = await open(path).catch(error => refuse(explainFileError(error)));
  // In turn with other work a read takes ten times as long, and there may be a million of them.
  const read = (offset: number, length: number) => {
    const part = Buffer.alloc(length);
    readSync(file.fd, part, 0, length, offset);
    return part;
  };
  const members: Record<string, [number, number]> = {};
  try {
    let longName: string | undefined;
    for (let at = 0; at + BLOCK <= bytes; ) {
      const header = new Header(read(at, BLOCK));
      if (header.nullBlock) return members;
      if (!header.cksumValid) refuse(`it is damaged at byte ${at}`);
      const length = header.size ?? 0;
      const content = at + BLOCK;
      const name = longName ?? header.path ?? '';
      if (content + length > bytes)
        refuse(`it is cut: "${name}" needs ${content + length} bytes, and it has ${bytes}`);
      longName = undefined;
      if (header.type === 'ExtendedHeader') {
        longName = Pax.parse(read(content, length).toString(), {}).path;
      } else if (header.type === 'NextFileHasLongPath') {
        longName = read(content, length).toString().replace(/\0.*$/s, '');
      } else if (header.type === 'File' || header.type === 'OldFile') members[name] = [content, length];
      at = content + Math.ceil(length / BLOCK) * BLOCK;
    }
    return refuse('it is cut: its end is missing');
  } finally {
    await file.close();
  }
}

/** The parts of a tar file with these members, one after the other. */
export async function* shardPieces(
  members: readonly { readonly name: string; read(): Promise<Uint8Array> }[],
): AsyncGenerator<Uint8Array> {
  for (const { name, read } of members) {
    const content = await read();
    const header = new Header({
      path: name,
      size: content.length,
      type: 'File',
      mode: 0o644,
      mtime: new Date(0),
    });
    const block = Buffer.alloc(BLOCK);
    if (header.encode(block, 0)) yield new Pax({ path: name }).encode();
    yield block;
    yield content;
    yield new Uint8Array((BLOCK - (content.length % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}
