import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isS3, placeOf } from '../../buckets/address.ts';
import { type Bucket, openBucket } from '../../buckets/bucket.ts';
import { isMissing } from '../../buckets/client.ts';
import { hasImageExtension } from '../../files/folder.ts';
import type { SourcePicture } from '../campaign.ts';
import { BadPictureError, type Destination, type Source } from './place.ts';

/** A bucket or a part of it, without hidden names and the results that may lie below it. */
export async function s3Source(address: string, destination: string): Promise<Source> {
  const bucket = await openBucket(address);
  const { location } = bucket;
  const isResult = (name: string) =>
    isS3(destination) && `${location}/${name}`.startsWith(`${placeOf(destination).location}/`);
  return {
    location,
    list: async function* (): AsyncGenerator<SourcePicture> {
      for await (const { name, etag } of bucket.objects()) {
        const isHidden = name.split('/').some(part => part.startsWith('.'));
        if (hasImageExtension(name) && !isHidden && !isResult(name)) yield { name, etag };
      }
    },
    fetch: async (name, scratch) => {
      const path = join(scratch, randomUUID() + extname(name));
      await download(bucket, name, path).catch(error => {
        if (isMissing(error)) throw new BadPictureError('Cannot read it: it is no longer in the bucket');
        throw error;
      });
      return path;
    },
    release: path => rm(path, { force: true }),
    check: bucket.check,
  };
}

function download(bucket: Bucket, name: string, path: string): Promise<void> {
  return bucket.download(name, async (content, bytes) => {
    await pipeline(content, createWriteStream(path));
    const { size } = await stat(path);
    if (bytes !== undefined && size !== bytes) throw new Error(`aborted after ${size} of ${bytes} bytes`);
  });
}

export async function s3Destination(address: string): Promise<Destination> {
  const bucket = await openBucket(address);
  const put = (name: string, content: Uint8Array) => bucket.put(name, content, types[extname(name)]);
  return {
    location: bucket.location,
    pathFor: (name, scratch) => join(scratch, randomUUID() + extname(name)),
    keep: async (name, path) => put(name, await readFile(path)),
    release: path => rm(path, { force: true }),
    read: async name =>
      bucket.read(name).catch(error => {
        if (isMissing(error)) return null;
        throw error;
      }),
    write: put,
    names: async folder => {
      const names: string[] = [];
      for await (const { name } of bucket.objects(`${folder}/`)) names.push(name.slice(folder.length + 1));
      return names;
    },
    remove: async folder => {
      for await (const { name } of bucket.objects(`${folder}/`)) await bucket.remove(name);
    },
    check: bucket.check,
  };
}

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.json': 'application/json',
};
