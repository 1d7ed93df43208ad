import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import {
  type ChosenDevice,
  chooseDevice,
  type DeviceChoice,
  type ListedDevice,
  listDevices,
} from '../runtime/choose-device.ts';
import type { ErrorContext } from './errors.ts';
import { currentState, findRun } from './runs/catalog.ts';
import { FollowedRun } from './runs/followed-run.ts';
import { TrainingQueue } from './runs/training-queue.ts';
import { createWorker, type Worker } from './work/worker.ts';
import type { Workspace } from './workspace.ts';

/** The server's limits; configurable, so that tests need not send gigabytes. */
export interface Limits {
  /** Bytes of a request with a file in it, and of one without. */
  readonly uploadBytes: number;
  readonly jsonBytes: number;
  /** Bytes of one picture, encoded. */
  readonly pictureBytes: number;
  /** Pixels of a picture to translate, and of one in a data set. */
  readonly translatedPixels: number;
  readonly datasetPixels: number;
  /** Pictures in one request to translate, and in one data set. */
  readonly translatedPictures: number;
  readonly datasetPictures: number;
  /** Bytes of a data set once unpacked, and of its list of pairs. */
  readonly datasetBytes: number;
  readonly manifestBytes: number;
  /** Requests from one address. */
  readonly requestsPerMinute: number;
  /** Bodies have to arrive at this average rate, after a grace period. */
  readonly bodyBytesPerSecond: number;
  readonly bodyGraceMilliseconds: number;
  /** Tasks that may wait for a worker, and how long one may take. */
  readonly pendingTasks: number;
  readonly taskMilliseconds: number;
  /** Open event streams of all runs. */
  readonly streams: number;
}

export const defaultLimits: Limits = {
  uploadBytes: 1 << 29,
  jsonBytes: 1 << 20,
  pictureBytes: 1 << 26,
  translatedPixels: 4096 * 4096,
  datasetPixels: 16384 * 16384,
  translatedPictures: 200,
  datasetPictures: 50_000,
  datasetBytes: 1 << 30,
  manifestBytes: 1 << 23,
  requestsPerMinute: 30_000,
  bodyBytesPerSecond: 1024,
  bodyGraceMilliseconds: 1500,
  pendingTasks: 64,
  taskMilliseconds: 120_000,
  streams: 500,
};

/** Fastify whose handlers get their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What all routes share: the workspace, and the trainings and workers in it. */
export interface Studio extends ErrorContext {
  readonly limits: Limits;
  readonly devices: Devices;
  readonly queue: TrainingQueue;
  /** Runs models. */
  readonly models: Worker;
  /** Decodes and inspects data sets. */
  readonly pictures: Worker;
  /** Throws {@link Refusal} if there is no such run. */
  follow(id: string): Promise<FollowedRun>;
  close(): Promise<void>;
}

/** This machine's devices. Results are kept, since probing takes a second and a process; failures to choose one are not. */
export interface Devices {
  list(): Promise<readonly ListedDevice[]>;
  /** Throws {@link UserError} if the machine has no such device. */
  choose(wanted: DeviceChoice): Promise<ChosenDevice>;
}

function cachedDevices(): Devices {
  let listed: ReturnType<typeof listDevices> | undefined;
  const chosen = new Map<DeviceChoice, Promise<ChosenDevice>>();
  return {
    list: () => {
      listed ??= listDevices();
      return listed;
    },
    choose: wanted => {
      const known = chosen.get(wanted) ?? chooseDevice(wanted);
      chosen.set(wanted, known);
      known.catch(() => chosen.delete(wanted));
      return known;
    },
  };
}

export function openStudio({
  workspace,
  limits,
  slots,
  onError,
}: {
  readonly workspace: Workspace;
  readonly limits: Limits;
  readonly slots: number;
  readonly onError: (error: unknown) => void;
}): Studio {
  const followed = new Map<string, FollowedRun>();
  const queue = new TrainingQueue({
    slots,
    onError,
    onChange: ({ id }) => void followed.get(id)?.change().catch(onError),
    onEvent: ({ id }, event, logged) => followed.get(id)?.tail.add(event, logged),
  });
  const worker = (priority: number) =>
    createWorker({
      priority,
      pending: limits.pendingTasks,
      milliseconds: limits.taskMilliseconds,
      idle: 300_000,
    });
  const [models, pictures] = [worker(5), worker(0)];
  return {
    workspace,
    onError,
    limits,
    devices: cachedDevices(),
    queue,
    models,
    pictures,
    follow: async id => {
      const run = await findRun(workspace, queue, id);
      const state = await currentState(run);
      const entry = followed.get(id) ?? new FollowedRun(workspace, queue, run, state);
      followed.set(id, entry);
      return entry;
    },
    close: async () => {
      await queue.close();
      await Promise.all([models.close(), pictures.close()]);
    },
  };
}
