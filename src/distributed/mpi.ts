import type { LibraryHandle } from 'koffi';
import { messageOf, UserError } from '../core/errors.ts';

/**
 * The calls of MPI that training needs, on all processes of the job (MPI_COMM_WORLD). Each has to be made by all of them
 * in the same order, one at a time. They run in a separate thread and work on the arrays in place.
 * If a call fails, MPI itself ends the job.
 */
export interface Mpi {
  readonly rank: number;
  readonly size: number;
  /** Copies the root's bytes to all others. */
  broadcast(bytes: Uint8Array, root: number): Promise<void>;
  /** Replaces the values by their sums over all processes. */
  sum(values: Float32Array): Promise<void>;
  /** Collects the bytes of all processes, as many from each, in `all`, in order of their ranks. */
  gather(own: Uint8Array, all: Uint8Array): Promise<void>;
  /** Sends the i-th part of `own` to process i; the j-th part of `received` comes from process j. All parts are of one length. */
  exchange(own: Uint8Array, received: Uint8Array): Promise<void>;
  /** Waits for all processes, and leaves MPI. */
  finalize(): void;
}

type Koffi = typeof import('koffi').default;

/** Open MPI's name comes first, as MPICH's older one, `libmpi.so.12`, differs from it by its version alone. */
const libraries: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libmpich.so.12', 'libmpi.so.12'],
  darwin: ['libmpi.12.dylib'],
};
const openMpiLibraries: typeof libraries = {
  linux: ['libmpi.so.40'],
  darwin: ['libmpi.40.dylib'],
};

/** Calls come from one thread at a time, though not always the same. */
const MPI_THREAD_SERIALIZED = 2;

/** koffi gives calls in threads 256 KiB; UCX, which carries MPICH's messages, takes more. */
const STACK_BYTES = 4 << 20;

/**
 * By default UCX replaces the process's allocation functions at run time, which breaks V8's heap (MPICH 4.0.2 with UCX
 * 1.13), and prints a page for each crash of another thread.
 */
const ucxSettings = { UCX_MEM_EVENTS: 'n', UCX_ERROR_SIGNALS: '' };

/** Bytes of one message: MPI counts in 32 bits. */
const MOST_BYTES = 1 << 30;

/** Joins the job that the launcher started. Throws {@link UserError} where koffi or MPI's library is missing. */
export async function openMpi(): Promise<Mpi> {
  const koffi = await importKoffi();
  koffi.config({ ...koffi.config(), async_stack_size: STACK_BYTES });
  dieWithParent(koffi);
  for (const [name, value] of Object.entries(ucxSettings)) process.env[name] ??= value;
  const library = loadLibrary(koffi);
  const { type, world, float, byte, sum, inPlace } = handlesOf(library);
  const call = (name: string, parameters: string[]) => {
    const native = library.func(name, 'int', parameters);
    return async (...given: unknown[]): Promise<void> => {
      // The result holds on to the arrays until the call has ended.
      await new Promise((resolve, reject) => {
        native.async(...given, (error: Error | null) => (error ? reject(error) : resolve(given)));
      });
    };
  };
  const ask = (name: string): number => {
    const answer = [0];
    library.func(name, 'int', [type, '_Out_ int *'])(world, answer);
    return answer[0]!;
  };
  library.func('MPI_Init_thread', 'int', ['void *', 'void *', 'int', '_Out_ int *'])(
    ...[null, null, MPI_THREAD_SERIALIZED, [0]],
  );
  const broadcast = call('MPI_Bcast', ['void *', 'int', type, 'int', type]);
  const allReduce = call('MPI_Allreduce', ['void *', 'void *', 'int', type, type, type]);
  const all = ['void *', 'int', type, 'void *', 'int', type, type];
  const allGather = call('MPI_Allgather', all);
  const allToAll = call('MPI_Alltoall', all);
  const size = ask('MPI_Comm_size');
  return {
    rank: ask('MPI_Comm_rank'),
    size,
    broadcast: async (bytes, root) => {
      for (let from = 0; from < bytes.length; from += MOST_BYTES) {
        const part = bytes.subarray(from, from + MOST_BYTES);
        await broadcast(part, part.length, byte, root, world);
      }
    },
    sum: values => allReduce(inPlace, values, values.length, float, sum, world),
    gather: (own, collected) => allGather(own, own.length, byte, collected, own.length, byte, world),
    exchange: (own, received) => {
      const length = own.length / size;
      return allToAll(own, length, byte, received, length, byte, world);
    },
    finalize: () => void library.func('MPI_Finalize', 'int', [])(),
  };
}

/** A process that waits in MPI doesn't notice that its parent has died; on Linux the kernel kills it then. */
function dieWithParent(koffi: Koffi): void {
  if (process.platform !== 'linux') return;
  const [PR_SET_PDEATHSIG, SIGKILL] = [1, 9];
  koffi.load(null).func('prctl', 'int', ['int', 'ulong'])(PR_SET_PDEATHSIG, SIGKILL);
}

async function importKoffi(): Promise<Koffi> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    throw new UserError(
      `Cannot train on several processes: koffi, which calls MPI, is not installed (${messageOf(error)}); run "npm install koffi"`,
    );
  }
}

function loadLibrary(koffi: Koffi): LibraryHandle {
  const isOpenMpi = process.env.OMPI_COMM_WORLD_RANK !== undefined || process.env.PMI_RANK === undefined;
  const names = (isOpenMpi ? openMpiLibraries : libraries)[process.platform] ?? [];
  const given = process.env.MPI_LIBRARY;
  for (const name of given === undefined ? names : [given]) {
    try {
      // Open MPI's parts find each other's symbols only where these are global.
      return koffi.load(name, { global: true, lazy: true });
    } catch {}
  }
  const tried = given ?? (names.join(' or ') || 'none is known on this system');
  throw new UserError(
    `Cannot train on several processes: the library of ${isOpenMpi ? 'Open MPI' : 'MPICH'} was not found (${tried}); install it, or set MPI_LIBRARY to its path`,
  );
}

/** MPI's constants, as the library's calls take them. */
interface Handles {
  /** The C type of a communicator, a data type or an operation. */
  readonly type: 'int' | 'void *';
  readonly world: unknown;
  readonly float: unknown;
  readonly byte: unknown;
  readonly sum: unknown;
  /** In place of the values to send. */
  readonly inPlace: bigint;
}

/** mpi.h of MPICH and all that share its binary interface; there handles are numbers. */
const numbers: Handles = {
  type: 'int',
  world: 0x4400_0000,
  float: 0x4c00_040a,
  byte: 0x4c00_010d,
  sum: 0x5800_0003,
  inPlace: -1n,
};

/** In Open MPI they are the addresses of what the library exports. */
function handlesOf(library: LibraryHandle): Handles {
  const address = (name: string) => library.symbol(name);
  try {
    return {
      type: 'void *',
      world: address('ompi_mpi_comm_world'),
      float: address('ompi_mpi_float'),
      byte: address('ompi_mpi_byte'),
      sum: address('ompi_mpi_op_sum'),
      inPlace: 1n,
    };
  } catch {
    return numbers;
  }
}
