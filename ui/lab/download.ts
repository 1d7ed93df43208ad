import { saveFile } from '../parts/pixels.ts';

/** The name under which a run is downloaded. */
export const ARCHIVE = 'lab.zip';

export function downloadRun(archive: Uint8Array): void {
  saveFile(new Blob([archive as Uint8Array<ArrayBuffer>], { type: 'application/zip' }), ARCHIVE);
}
