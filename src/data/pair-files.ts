export type Split = 'train' | 'val' | 'test';

/** One pair on disk: both sides in one file (left half A, right half B) or in two files. `name` has no extension. */
export type PairFiles = { readonly name: string } & (
  | { readonly file: string }
  | { readonly a: string; readonly b: string }
);

/** The files of a pair: one file, or A's and B's. */
export function filesOf(files: PairFiles): string[] {
  return 'file' in files ? [files.file] : [files.a, files.b];
}
