import { dirname } from 'node:path';
import * as z from 'zod';
import { isS3, placeIn } from '../buckets/address.ts';
import { mapAhead } from '../core/map-ahead.ts';
import { isFile } from './folder.ts';
import { openShardFolder, type ShardFolder, type ShardState } from './shard-folder.ts';

// Tar shards in WebDataset's layout: archives whose members belong together where their names are equal up to the first
// dot. A member is read by a path through its shard, `pairs/00002.tar/17.a.png`, without reading what lies before it.

const indexSchema = z.record(
  z.string(),
  z.object({
    bytes: z.number(),
    version: z.string(),
    /** Offset and length of each member's content, in bytes. */
    members: z.record(z.string(), z.tuple([z.number(), z.number()])),
  }),
);

/** What is in each shard of a folder, by its file name. */
type ShardIndex = z.infer<typeof indexSchema>;

/** Shards of which the members are searched at the same time: a server takes its time to answer. */
const AHEAD = 7;

interface Indexed {
  readonly folder: ShardFolder;
  readonly index: ShardIndex;
}

const opened = new Map<string, Promise<Indexed>>();

/**
 * The paths of all members of the shards in a folder or below an `s3://` address, shard by shard, in their order. Throws
 * {@link UserError} for damaged ones.
 */
export async function shardMembers(location: string): Promise<string[]> {
  opened.set(location, openIndex(location));
  const { index } = await opened.get(location)!;
  return Object.entries(index).flatMap(([shard, { members }]) => {
    const path = placeIn(location, shard);
    return Object.keys(members).map(name => placeIn(path, name));
  });
}

/** The shard and the name in it, if the path leads through a tar file; null for other paths. */
export async function throughShard(
  path: string,
): Promise<{ readonly shard: string; readonly name: string } | null> {
  const [, shard, name] = /^(.*?\.tar)[/\\](.+)$/.exec(path) ?? [];
  if (shard === undefined || name === undefined) return null;
  return isS3(shard) || (await isFile(shard)) ? { shard, name } : null;
}

/** Reads one member. Throws an error whose message is only the reason, if there is none or the shard was truncated meanwhile. */
export async function readMember(shard: string, name: string): Promise<Uint8Array> {
  const { folder, file, entry } = await find(shard);
  const range = entry?.members[name];
  if (!entry || !range) throw new Error('the shard has no such member');
  return folder.read(file, entry, ...range);
}

/** The state in which a shard was indexed; undefined if there is none. */
export async function shardState(shard: string): Promise<ShardState | undefined> {
  return (await find(shard)).entry;
}

async function find(shard: string) {
  const location = dirname(shard);
  const file = shard.slice(location.length + 1);
  if (!opened.has(location)) opened.set(location, openIndex(location));
  const { folder, index } = await opened.get(location)!;
  return { folder, file, entry: index[file] };
}

/** Indexes shards that are new or have changed; the index beside them has the others, and is kept up to date. */
async function openIndex(location: string): Promise<Indexed> {
  const folder = await openShardFolder(location);
  const shards = await folder.shards();
  if (shards.size === 0) return { folder, index: {} };
  const known = parseIndex(await folder.readIndex());
  const index: ShardIndex = {};
  let isNew = false;
  const scanned = mapAhead(shards, AHEAD, async ([name, state]) => {
    const before = known[name];
    if (before?.bytes === state.bytes && before.version === state.version) return [name, before] as const;
    isNew = true;
    return [name, { ...state, members: await folder.scan(name, state) }] as const;
  });
  for await (const [name, entry] of scanned) index[name] = entry;
  if (isNew) await folder.keepIndex(JSON.stringify(index));
  return { folder, index };
}

function parseIndex(text: string): ShardIndex {
  try {
    return indexSchema.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
