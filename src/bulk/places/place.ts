import type { SourcePicture } from '../campaign.ts';

/** Where pictures come from. Its methods throw UserError if the place as a whole can't be used. */
export interface Source {
  /** As it is written into the campaign: the same for all machines. */
  readonly location: string;
  /** Its pictures, without hidden ones. */
  list(): AsyncIterable<SourcePicture>;
  /** The path of a picture's file; a copy in the folder `scratch` if it isn't one already. Throws {@link BadPictureError}. */
  fetch(name: string, scratch: string): Promise<string>;
  /** Removes what `fetch` has copied. */
  release(path: string): Promise<void>;
  /** Throws UserError if the place can't be read. @param isPatient waits for a server that is away. */
  check(isPatient: boolean): Promise<void>;
}

/** Where results go. */
export interface Destination {
  readonly location: string;
  /** Where to write a file of this name: in its place, or in the folder `scratch`. */
  pathFor(name: string, scratch: string): string;
  /** Puts the file that was written there in its place, as a whole. */
  keep(name: string, path: string): Promise<void>;
  /** Removes what was written into `scratch`. */
  release(path: string): Promise<void>;
  /** null: there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, content: Uint8Array): Promise<void>;
  /** Names of the files in a folder. */
  names(folder: string): Promise<string[]>;
  remove(folder: string): Promise<void>;
  /** Throws UserError if the place can't be used. @param isPatient waits for a server that is away. */
  check(isPatient: boolean): Promise<void>;
}

/** A single picture is the problem; the work continues with the next one. */
export class BadPictureError extends Error {}
