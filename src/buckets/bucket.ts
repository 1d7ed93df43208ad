import type { Readable } from 'node:stream';
import { placeOf } from './address.ts';
import { openS3 } from './client.ts';

export interface StoredObject {
  /** Below the address. */
  readonly name: string;
  /** Changes with the content. */
  readonly etag: string;
  readonly bytes: number;
}

/** Bytes of an object, while it has this ETag. */
export interface Range {
  readonly etag: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * What lies below an `s3://` address. Requests are repeated if the server is unreachable or busy. All methods throw
 * UserError if the server refuses, and what `isMissing` recognises if there is no such object.
 */
export interface Bucket {
  readonly location: string;
  /** Objects in order of their names; only those whose names begin with `below`, and without a slash after it if `isFlat`. */
  objects(below?: string, isFlat?: boolean): AsyncGenerator<StoredObject>;
  /** Gives an object's content to `use`, again from the start if the connection breaks. */
  download(name: string, use: (content: Readable, bytes?: number) => Promise<void>): Promise<void>;
  read(name: string, range?: Range): Promise<Uint8Array>;
  /** Objects appear as a whole: each is a single put. */
  put(name: string, content: Uint8Array, type?: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Throws UserError if the place can't be used. @param isPatient waits for a server that is away. */
  check(isPatient: boolean): Promise<void>;
}

/** Throws UserError if the address is none, or the S3 client is not installed. */
export async function openBucket(address: string): Promise<Bucket> {
  const { location, bucket, prefix } = placeOf(address);
  const { sdk, client, ask } = await openS3(location);
  const keyOf = (name: string) => ({ Bucket: bucket, Key: prefix + name });
  const get = (name: string, range?: Range) =>
    client.send(new sdk.GetObjectCommand({ ...keyOf(name), ...(range && requested(range)) }));
  return {
    location,
    objects: async function* (below = '', isFlat = false) {
      let token: string | undefined;
      do {
        const list = new sdk.ListObjectsV2Command({
          ...{ Bucket: bucket, Prefix: prefix + below, ContinuationToken: token },
          ...(isFlat && { Delimiter: '/' }),
        });
        const page = await ask(() => client.send(list));
        for (const { Key: key = '', ETag: etag = '', Size: bytes = 0 } of page.Contents ?? []) {
          yield { name: key.slice(prefix.length), etag: etag.replaceAll('"', ''), bytes };
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
    download: (name, use) =>
      ask(async () => {
        const { Body, ContentLength } = await get(name);
        await use(Body as Readable, ContentLength);
      }),
    read: (name, range) =>
      ask(async () => {
        const bytes = await (await get(name, range)).Body!.transformToByteArray();
        if (range && bytes.length < range.length)
          throw new Error(`aborted after ${bytes.length} of ${range.length} bytes`);
        return bytes;
      }),
    put: async (name, content, type = 'application/octet-stream') => {
      const object = { ...keyOf(name), Body: content, ContentType: type };
      await ask(() => client.send(new sdk.PutObjectCommand(object)));
    },
    remove: async name => {
      await ask(() => client.send(new sdk.DeleteObjectCommand(keyOf(name))));
    },
    check: async isPatient => {
      const list = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
      await ask(() => client.send(list), isPatient);
    },
  };
}

function requested({ etag, offset, length }: Range) {
  return { IfMatch: `"${etag}"`, Range: `bytes=${offset}-${offset + length - 1}` };
}
