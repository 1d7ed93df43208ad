import { join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';

export const isS3 = (location: string): boolean => location.startsWith('s3://');

/** A part of a bucket: what begins with `prefix`, which ends in a slash unless it is empty. */
export interface Place {
  readonly location: string;
  readonly bucket: string;
  readonly prefix: string;
}

/** `s3://bucket/some/folder`. Throws {@link UserError} for anything else. */
export function placeOf(address: string): Place {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(address) ?? [];
  if (bucket === undefined) {
    throw new UserError(`Cannot use "${address}": write s3://BUCKET or s3://BUCKET/FOLDER`);
  }
  const location = path === '' ? `s3://${bucket}` : `s3://${bucket}/${path}`;
  return { location, bucket, prefix: path === '' ? '' : `${path}/` };
}

/** What has this name in a folder or below an `s3://` address. */
export function placeIn(location: string, name: string): string {
  return isS3(location) ? `${placeOf(location).location}/${name}` : join(location, name);
}

/** A location that means the same from any working folder. */
export function absoluteLocation(location: string): string {
  return isS3(location) ? placeOf(location).location : resolve(location);
}
