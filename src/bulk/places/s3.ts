import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors.ts';
import { hasImageExtension } from '../../files/folder.ts';
import type { SourcePicture } from '../campaign.ts';
import { BadPictureError, type Destination, type Source } from './place.ts';
import { isMissing, openS3, type S3 } from './s3-client.ts';

export const isS3 = (location: string): boolean => location.startsWith('s3://');

/** A part of a bucket: what begins with `prefix`, which ends in a slash unless it is empty. */
interface Place {
  readonly location: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** `s3://bucket/some/folder`. Throws {@link UserError} for anything else. */
function placeOf(address: string): Place {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(address) ?? [];
  if (bucket === undefined) {
    throw new UserError(`Cannot use "${address}": write s3://BUCKET or s3://BUCKET/FOLDER`);
  }
  const location = path === '' ? `s3://${bucket}` : `s3://${bucket}/${path}`;
  return { location, bucket, prefix: path === '' ? '' : `${path}/` };
}

interface StoredObject {
  /** Below the place. */
  readonly name: string;
  readonly etag: string;
}

async function* objectsIn(s3: S3, { bucket, prefix }: Place, below = ''): AsyncGenerator<StoredObject> {
  let token: string | undefined;
  do {
    const page = await s3.ask(() =>
      s3.client.send(
        new s3.sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix + below, ContinuationToken: token }),
      ),
    );
    for (const { Key: key = '', ETag: etag = '' } of page.Contents ?? []) {
      yield { name: key.slice(prefix.length), etag: etag.replaceAll('"', '') };
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

async function checkPlace(s3: S3, { bucket, prefix }: Place, isPatient: boolean): Promise<void> {
  const list = new s3.sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
  await s3.ask(() => s3.client.send(list), isPatient);
}

/** A bucket or a part of it, without hidden names and the results that may lie below it. */
export async function s3Source(address: string, destination: string): Promise<Source> {
  const place = placeOf(address);
  const s3 = await openS3(place.location);
  const isResult = (name: string) =>
    isS3(destination) && `${place.location}/${name}`.startsWith(`${placeOf(destination).location}/`);
  return {
    location: place.location,
    list: async function* (): AsyncGenerator<SourcePicture> {
      for await (const object of objectsIn(s3, place)) {
        const isHidden = object.name.split('/').some(part => part.startsWith('.'));
        if (hasImageExtension(object.name) && !isHidden && !isResult(object.name)) yield object;
      }
    },
    fetch: async (name, scratch) => {
      const path = join(scratch, randomUUID() + extname(name));
      await s3
        .ask(() => download(s3, place, name, path))
        .catch(error => {
          if (isMissing(error)) throw new BadPictureError('Cannot read it: it is not in the bucket any more');
          throw error;
        });
      return path;
    },
    release: path => rm(path, { force: true }),
    check: isPatient => checkPlace(s3, place, isPatient),
  };
}

async function download(s3: S3, { bucket, prefix }: Place, name: string, path: string): Promise<void> {
  const { Body, ContentLength } = await s3.client.send(
    new s3.sdk.GetObjectCommand({ Bucket: bucket, Key: prefix + name }),
  );
  await pipeline(Body as Readable, createWriteStream(path));
  const { size } = await stat(path);
  if (ContentLength !== undefined && size !== ContentLength)
    throw new Error(`aborted after ${size} of ${ContentLength} bytes`);
}

/** Objects appear as a whole: each is a single put. */
export async function s3Destination(address: string): Promise<Destination> {
  const place = placeOf(address);
  const s3 = await openS3(place.location);
  const keyOf = (name: string) => ({ Bucket: place.bucket, Key: place.prefix + name });
  const put = async (name: string, content: Uint8Array) => {
    const ContentType = types[extname(name)] ?? 'application/octet-stream';
    await s3.ask(() =>
      s3.client.send(new s3.sdk.PutObjectCommand({ ...keyOf(name), Body: content, ContentType })),
    );
  };
  return {
    location: place.location,
    pathFor: (name, scratch) => join(scratch, randomUUID() + extname(name)),
    keep: async (name, path) => {
      await put(name, await readFile(path));
      await rm(path);
    },
    read: async name => {
      const get = async () => {
        const { Body } = await s3.client.send(new s3.sdk.GetObjectCommand(keyOf(name)));
        return (await Body?.transformToByteArray()) ?? null;
      };
      return s3.ask(get).catch(error => {
        if (isMissing(error)) return null;
        throw error;
      });
    },
    write: put,
    names: async folder => {
      const names: string[] = [];
      for await (const { name } of objectsIn(s3, place, `${folder}/`))
        names.push(name.slice(folder.length + 1));
      return names;
    },
    remove: async folder => {
      for await (const { name } of objectsIn(s3, place, `${folder}/`)) {
        await s3.ask(() => s3.client.send(new s3.sdk.DeleteObjectCommand(keyOf(name))));
      }
    },
    check: isPatient => checkPlace(s3, place, isPatient),
  };
}

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.tif': 'image/tiff',
  '.json': 'application/json',
};
