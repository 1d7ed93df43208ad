import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { hashOf } from './bulk.ts';

/** A bucket of a test's server. */
export function openBucket(endpoint: string, bucket: string) {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  const put = async (key: string, content: Uint8Array): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  };
  return {
    put,
    /** Puts the PNG files and tar shards of a folder below a prefix. */
    async upload(folder: string, prefix: string): Promise<void> {
      for (const name of await readdir(folder, { recursive: true })) {
        if (/\.(png|tar)$/.test(name)) await put(prefix + name, await readFile(join(folder, name)));
      }
    },
    async remove(key: string): Promise<void> {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    /** SHA-256 of every PNG file below a prefix, by its name from there. */
    async hashes(prefix: string): Promise<Record<string, string>> {
      const hashes: Record<string, string> = {};
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
        for (const { Key } of page.Contents ?? []) {
          if (!Key!.endsWith('.png')) continue;
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
          hashes[Key!.slice(prefix.length)] = hashOf(await Body!.transformToByteArray());
        }
      }
      return hashes;
    },
  };
}
