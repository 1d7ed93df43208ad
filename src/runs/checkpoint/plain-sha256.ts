// FIPS 180-4, sections 4.1.2, 4.2.2, 5 and 6.2, with its names.

const primes = firstPrimes(64);
/** The first 32 bits after the point; conversion to 32 bits drops those before it. */
const fractions = (roots: readonly number[]) => Int32Array.from(roots, root => root * 2 ** 32);
const K = fractions(primes.map(Math.cbrt));
const H = fractions(primes.slice(0, 8).map(Math.sqrt));

/** SHA-256 without `crypto.subtle`. */
export function plainSha256(message: Uint8Array): Uint8Array {
  const hash = H.slice();
  const whole = message.length - (message.length % 64);
  addBlocks(hash, message.subarray(0, whole));
  addBlocks(hash, padded(message.subarray(whole), message.length));
  const digest = new DataView(new ArrayBuffer(32));
  for (const [i, word] of hash.entries()) digest.setInt32(4 * i, word);
  return new Uint8Array(digest.buffer);
}

/** The rest of a message as one or two blocks: a one bit, zeros, and the message's length in bits follow. */
function padded(rest: Uint8Array, messageLength: number): Uint8Array {
  const blocks = new Uint8Array(rest.length < 56 ? 64 : 128);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  new DataView(blocks.buffer).setBigUint64(blocks.length - 8, 8n * BigInt(messageLength));
  return blocks;
}

function addBlocks(hash: Int32Array, { buffer, byteOffset, byteLength }: Uint8Array): void {
  const bytes = new DataView(buffer, byteOffset, byteLength);
  const W = new Int32Array(64);
  for (let block = 0; block < byteLength; block += 64) {
    for (let t = 0; t < 16; t++) W[t] = bytes.getInt32(block + 4 * t);
    for (let t = 16; t < 64; t++)
      W[t] = lowerSigma1(W[t - 2]!) + W[t - 7]! + lowerSigma0(W[t - 15]!) + W[t - 16]!;
    addBlock(hash, W);
  }
}

function addBlock(hash: Int32Array, W: Int32Array): void {
  let [a, b, c, d] = [hash[0]!, hash[1]!, hash[2]!, hash[3]!];
  let [e, f, g, h] = [hash[4]!, hash[5]!, hash[6]!, hash[7]!];
  for (let t = 0; t < 64; t++) {
    const T1 = (h + upperSigma1(e) + ((e & f) ^ (~e & g)) + K[t]! + W[t]!) | 0;
    const T2 = (upperSigma0(a) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + T1) | 0;
    d = c;
    c = b;
    b = a;
    a = (T1 + T2) | 0;
  }
  const change = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) hash[i]! += change[i]!;
}

const rotated = (x: number, bits: number) => (x >>> bits) | (x << (32 - bits));
const upperSigma0 = (x: number) => rotated(x, 2) ^ rotated(x, 13) ^ rotated(x, 22);
const upperSigma1 = (x: number) => rotated(x, 6) ^ rotated(x, 11) ^ rotated(x, 25);
const lowerSigma0 = (x: number) => rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3);
const lowerSigma1 = (x: number) => rotated(x, 17) ^ rotated(x, 19) ^ (x >>> 10);

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every(prime => n % prime !== 0)) found.push(n);
  return found;
}
