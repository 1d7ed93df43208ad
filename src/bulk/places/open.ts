import { isS3 } from '../../buckets/address.ts';
import { UserError } from '../../core/errors.ts';
import { exists, hasImageExtension, isFolder } from '../../files/folder.ts';
import { folderDestination, folderSource, listSource } from './folder.ts';
import type { Destination, Source } from './place.ts';
import { s3Destination, s3Source } from './s3.ts';

/**
 * A folder, a bucket or a part of it, or a text file that lists pictures. Throws {@link UserError} if there is none.
 * @param destination of the results, which are not taken for pictures of the source.
 */
export async function openSource(location: string, destination: string): Promise<Source> {
  if (isS3(location)) return s3Source(location, destination);
  if (await isFolder(location)) return folderSource(location, destination);
  if ((await exists(location)) && !hasImageExtension(location)) return listSource(location);
  const reason = (await exists(location)) ? 'it is a single image' : 'it does not exist';
  throw new UserError(
    `Cannot translate "${location}": ${reason}; pass a folder, an s3:// address, or a text file with a path in each line`,
  );
}

/** Throws {@link UserError} if a package is missing. */
export async function openDestination(location: string): Promise<Destination> {
  return isS3(location) ? s3Destination(location) : folderDestination(location);
}
