/** The files of a checkpoint. */
export const checkpointFiles = {
  manifest: 'checkpoint.json',
  model: 'model.safetensors',
  memory: 'training.safetensors',
} as const;

/** Checksums of a folder's files in the format of `sha256sum`, which checks them too: `sha256sum -c SHA256SUMS`. */
export const sumsFile = 'SHA256SUMS';

export function encodeSums(sums: Readonly<Record<string, string>>): string {
  return Object.entries(sums)
    .map(([file, sum]) => `${sum}  ${file}\n`)
    .join('');
}

/** The checksum of each file that such a list names. */
export function decodeSums(text: string): ReadonlyMap<string, string> {
  const lines = [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
  return new Map(lines.map(([, sum, file]) => [file!, sum!]));
}

/** Name of the folder of a checkpoint after `step` steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(7, '0')}`;
}
