/** In hexadecimal; for bytes in memory, here and in browsers. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await digestOf(bytes as Uint8Array<ArrayBuffer>);
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('');
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // Browsers have it on https and on localhost only, so not on a studio in the network.
  if (crypto.subtle) return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const { sha256: plain } = await import('@noble/hashes/sha2.js');
  return plain(bytes);
}
