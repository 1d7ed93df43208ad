/** The files of a checkpoint. */
export const checkpointFiles = {
  manifest: 'checkpoint.json',
  model: 'model.safetensors',
  memory: 'training.safetensors',
} as const;

/** Checksums of a checkpoint's files, in the format of `sha256sum -c SHA256SUMS`. */
export const sumsFile = 'SHA256SUMS';

export function encodeSums(sums: Readonly<Record<string, string>>): string {
  return Object.entries(sums)
    .map(([file, sum]) => `${sum}  ${file}\n`)
    .join('');
}

/** The inverse of {@link encodeSums}: checksums by file name. */
export function decodeSums(text: string): ReadonlyMap<string, string> {
  const lines = [...text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)];
  return new Map(lines.map(([, sum, file]) => [file!, sum!]));
}

/** The folder name of the checkpoint after `step` steps. */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(7, '0')}`;
}

/** Names training pairs and their order: a place in the shuffled data means something for these alone. */
export async function fingerprintOf(pairs: readonly { readonly name: string }[]): Promise<string> {
  const names = pairs.map(({ name }) => name).join('\n');
  const digest = await sha256(new TextEncoder().encode(names));
  return `${pairs.length} pairs ${digest.slice(0, 16)}`;
}

/** In hexadecimal; for bytes in memory, here and in browsers. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}
