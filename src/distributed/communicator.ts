import { hostname } from 'node:os';
import type { Workers } from '../step/workers.ts';
import { addBlock, blockLength, encodeBlock } from './half-block.ts';
import { type Mpi, openMpi } from './mpi.ts';

/** The processes of a job, of which number 0 leads. Each call has to be made by all of them in the same order. */
export interface Communicator extends Workers {
  /** Number of processes on the same machine as this one. */
  readonly countOnHost: number;
  /** Copies the leader's values to all others. */
  broadcast(values: Float32Array | Float64Array): Promise<void>;
  /** The leader's value, as JSON, for all. */
  broadcastJson<T>(value: T | null): Promise<T>;
  /** The text of each process, in order of their ranks. */
  gather(text: string): Promise<string[]>;
  /** Waits for all processes, and leaves the job. */
  close(): void;
}

/** Numbers that are averaged at a time. While one bucket is on its way, the one before is divided. */
const BUCKET = 4 << 20;

/** Bytes of a process's description of itself. */
const TEXT_BYTES = 256;

/** Joins the job that a launcher of MPI started this process for. Throws UserError if that is impossible. */
export async function openCommunicator(): Promise<Communicator> {
  const mpi = await openMpi();
  const gather = (text: string) => gatherTexts(mpi, text);
  const hosts = await gather(hostname());
  const averageIn = { float32: averageWhole, float16: createHalfAverage(mpi) };
  return {
    rank: mpi.rank,
    count: mpi.size,
    countOnHost: hosts.filter(host => host === hosts[mpi.rank]).length,
    average: (values, precision = 'float32') => averageIn[precision](mpi, values),
    broadcast: values => mpi.broadcast(bytesOf(values), 0),
    broadcastJson: value => broadcastJson(mpi, value),
    gather,
    close: () => mpi.finalize(),
  };
}

function bucketsOf(values: Float32Array): Float32Array[] {
  return Array.from({ length: Math.ceil(values.length / BUCKET) }, (_, i) =>
    values.subarray(i * BUCKET, (i + 1) * BUCKET),
  );
}

async function averageWhole(mpi: Mpi, values: Float32Array): Promise<void> {
  const divide = (bucket: Float32Array) => {
    for (let i = 0; i < bucket.length; i++) bucket[i]! /= mpi.size;
  };
  let last: Float32Array = new Float32Array(0);
  for (const bucket of bucketsOf(values)) {
    const summed = mpi.sum(bucket);
    divide(last);
    await summed;
    last = bucket;
  }
  divide(last);
}

/**
 * Each process gets a part of the bucket from all others, averages that part in float32 in order of the ranks, and
 * sends the means to all. So all have the same bits, with as many bytes on the network as a ring would take.
 */
function createHalfAverage({ size, rank }: Mpi): typeof averageWhole {
  const most = blockLength(Math.ceil(BUCKET / size));
  const [sent, received] = [new Uint16Array(most * size), new Uint16Array(most * size)];
  const mean = new Float32Array(most);
  return async (mpi, values) => {
    for (const bucket of bucketsOf(values)) {
      const length = Math.ceil(bucket.length / size);
      const part = (i: number) => bucket.subarray(i * length, (i + 1) * length);
      const block = (blocks: Uint16Array, i: number) =>
        blocks.subarray(i * blockLength(length), (i + 1) * blockLength(length));
      const used = (blocks: Uint16Array) => bytesOf(blocks.subarray(0, size * blockLength(length)));
      for (let i = 0; i < size; i++) encodeBlock(part(i), block(sent, i));
      await mpi.exchange(used(sent), used(received));
      const own = mean.subarray(0, part(rank).length).fill(0);
      for (let i = 0; i < size; i++) addBlock(block(received, i), own, 1 / size);
      encodeBlock(own, block(sent, 0));
      await mpi.gather(bytesOf(block(sent, 0)), used(received));
      for (let i = 0; i < size; i++) addBlock(block(received, i), part(i).fill(0));
    }
  };
}

async function broadcastJson<T>(mpi: Mpi, value: T | null): Promise<T> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const length = Float64Array.of(bytes.length);
  await mpi.broadcast(bytesOf(length), 0);
  const shared = mpi.rank === 0 ? bytes : new Uint8Array(length[0]!);
  await mpi.broadcast(shared, 0);
  return JSON.parse(new TextDecoder().decode(shared));
}

async function gatherTexts(mpi: Mpi, text: string): Promise<string[]> {
  const own = new Uint8Array(TEXT_BYTES);
  new TextEncoder().encodeInto(text, own);
  const all = new Uint8Array(TEXT_BYTES * mpi.size);
  await mpi.gather(own, all);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll('\0', '');
  return Array.from({ length: mpi.size }, (_, i) =>
    decode(all.subarray(i * TEXT_BYTES, (i + 1) * TEXT_BYTES)),
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
