import { availableParallelism, cpus } from 'node:os';
import { crc32 } from 'node:zlib';
import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { type Communicator, openCommunicator } from '../distributed/communicator.ts';
import type { Position } from '../runs/checkpoint/manifest.ts';
import { packageVersion } from '../runs/version.ts';
import type { Trainee } from '../step/trainee.ts';
import { restoreState, type TrainingState } from '../step/training-state.ts';
import { alone, type Workers } from '../step/workers.ts';
import type { TrainRequest } from './request.ts';

/** The processes that train a run together. Process 0, the leader, owns the run folder and directs the others. */
export interface ProcessGroup {
  readonly workers: Workers;
  /** Threads of each process; undefined: one per core. */
  readonly threads: number | undefined;
  /** Messages for the user. */
  readonly notes: readonly string[];
  /** Throws UserError unless all processes see the same training pairs. */
  assertSamePairs(pairs: string): Promise<void>;
  /** Copies the leader's state into the new networks of all processes. @returns the leader's position. */
  synchronize(state: TrainingState, position: Position): Promise<Position>;
  /** A trainee whose steps run on all processes at once, at the leader's time and learning rate. */
  inLockstep(trainee: Trainee): Trainee;
  /** Ends all processes of the group. */
  close(): Promise<void>;
}

/** A process that trains a run by itself. */
export function singleProcess({ threads }: TrainRequest): ProcessGroup {
  return {
    workers: alone,
    threads,
    notes: [],
    assertSamePairs: async () => {},
    synchronize: async (_, position) => position,
    inLockstep: trainee => trainee,
    close: async () => {},
  };
}

/** The leader's orders: build the networks, take a step, end. */
export type Order = 'open' | 'step' | 'end';
const orders: readonly Order[] = ['open', 'step', 'end'];

/** The group, as seen by a process that doesn't lead. */
export interface FollowerGroup extends ProcessGroup {
  /** What is to be trained. */
  readonly request: TrainRequest;
  /** Waits for the leader's next order. */
  next(): Promise<Order>;
}

/** The weights of all processes are compared every 50 steps, and at the end. */
const COMPARE_EVERY = 50;

/** Joins the other processes that the launcher started, as their leader. Throws UserError if they don't fit together. */
export async function leadGroup(request: TrainRequest): Promise<ProcessGroup> {
  const { communicator, ...group } = await joinGroup(request);
  const give = (order: Order, rate = 0) =>
    communicator.broadcast(Float64Array.of(orders.indexOf(order), rate));
  return {
    ...group,
    synchronize: async (state, position) => {
      await give('open');
      return group.synchronize(state, position);
    },
    inLockstep: trainee => group.watched(trainee, rate => give('step', rate)),
    close: async () => {
      await give('end');
      await group.close();
    },
  };
}

/** Joins the processes that the launcher started, to follow their leader. */
export async function followGroup(): Promise<FollowerGroup> {
  const { communicator, ...group } = await joinGroup(null);
  let rate = 0;
  return {
    ...group,
    next: async () => {
      const order = new Float64Array(2);
      await communicator.broadcast(order);
      rate = order[1]!;
      return orders[order[0]!]!;
    },
    inLockstep: trainee =>
      group.watched(
        stepping(trainee, pairs => trainee.step(pairs, rate)),
        async () => {},
      ),
  };
}

/** @param request the leader's request; null in all other processes. */
async function joinGroup(request: TrainRequest | null) {
  const communicator = await openCommunicator();
  await assertSame(communicator, 'version', packageVersion);
  const shared = await communicator.broadcastJson(request && { ...request, pairs: undefined });
  assertShareable(shared, communicator.count);
  const { threads, notes } = threadsFor(shared, communicator);
  let synchronized: TrainingState | undefined;
  const compareWeights = async () => {
    if (synchronized) await assertSame(communicator, 'weights', checksumOf(synchronized));
  };
  return {
    communicator,
    workers: communicator,
    request: shared,
    threads,
    notes,
    assertSamePairs: (pairs: string) => assertSame(communicator, 'training pairs', pairs),
    synchronize: async (state: TrainingState, position: Position) => {
      synchronized = state;
      return shareState(communicator, state, position);
    },
    /** `before` is called before each step. */
    watched: (trainee: Trainee, before: (rate: number) => Promise<void>): Trainee => {
      let steps = 0;
      return stepping(trainee, async (pairs, rate) => {
        await before(rate);
        const losses = await trainee.step(pairs, rate);
        if (++steps % COMPARE_EVERY === 0) await compareWeights();
        return losses;
      });
    },
    close: async () => {
      await compareWeights();
      communicator.close();
    },
  };
}

/** The trainee, with another way to take a step. */
function stepping(trainee: Trainee, step: Trainee['step']): Trainee {
  // Its getters must stay live.
  return Object.create(trainee, { step: { value: step } });
}

async function shareState(
  communicator: Communicator,
  { model, optimizerState, counts, streams }: TrainingState,
  position: Position,
): Promise<Position> {
  const states = Object.entries(streams).map(([name, stream]) => [name, stream.state()]);
  const led = await communicator.broadcastJson({ counts, streams: Object.fromEntries(states), position });
  for (const { data } of [...model.values(), ...optimizerState.values()]) await communicator.broadcast(data);
  restoreState({ model, optimizerState, counts, streams }, { model, optimizerState, ...led }, 'process 0');
  return led.position;
}

/** Throws UserError if `own` is not the same in every process. */
async function assertSame(communicator: Communicator, what: keyof typeof advice, own: string): Promise<void> {
  const values = await communicator.gather(own);
  const other = values.findIndex(value => value !== values[0]);
  if (other < 0) return;
  throw new UserError(
    `Cannot train together: the ${what} of process ${other} (${values[other]}) and of process 0 (${values[0]}) differ; ${advice[what]}`,
  );
}

const advice = {
  version: 'install the same version of pix2pix on all machines',
  'training pairs': 'give all machines the same data, under the same path',
  weights: 'continue from the last checkpoint with --resume, and look for faulty memory if it happens again',
};

function checksumOf({ model }: TrainingState): string {
  let sum = 0;
  for (const { data } of model.values()) {
    sum = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum);
  }
  return sum.toString(16).padStart(8, '0');
}

/** Throws UserError for settings that only work with a single process. */
function assertShareable({ config, skipBad, resume }: TrainRequest, count: number): void {
  const { batchSize } = config;
  if (batchSize % count !== 0) {
    const larger = `--batch-size ${Math.ceil(batchSize / count) * count}`;
    throw new UserError(
      `Cannot share batches of ${batchSize} among ${count} processes: ${resume ? '' : `use ${larger}, or `}start a number of processes that divides ${batchSize}`,
    );
  }
  if (skipBad && count > 1) {
    throw new UserError(
      'Cannot skip bad pairs with several processes, because each reads only its own pairs: remove the pairs that "pix2pix inspect" lists, and leave out --skip-bad',
    );
  }
}

/** An equal share of the machine's cores, limited to those that the launcher leaves to this process. */
function threadsFor(
  request: TrainRequest,
  { countOnHost, count }: Communicator,
): Pick<ProcessGroup, 'threads' | 'notes'> {
  const fair = Math.max(1, Math.floor(cpus().length / countOnHost));
  const allowed = availableParallelism();
  const threads = request.threads ?? Math.min(fair, allowed);
  const together = `${count} processes train together, with ${threads} ${threads === 1 ? 'thread' : 'threads'} each`;
  const bound =
    request.threads === undefined && allowed < fair
      ? `; the launcher binds each to ${allowed} of ${cpus().length} cores; use "mpirun --bind-to none" for all`
      : '';
  return { threads, notes: [together + bound] };
}

/** The config of one process, which computes its share of each batch. */
export function shareOfBatch(config: RunConfig, { count }: Workers): RunConfig {
  return { ...config, batchSize: config.batchSize / count };
}
