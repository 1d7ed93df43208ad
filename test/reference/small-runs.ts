import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunConfig } from '../../src/config/config.ts';
import { type ConfigOverrides, resolveConfig } from '../../src/config/resolve-config.ts';
import { listCheckpoints } from '../../src/runs/checkpoint/read.ts';
import type { TrainEvent } from '../../src/runs/events.ts';
import { createRunFolder } from '../../src/runs/run-folder.ts';
import type { TrainRequest } from '../../src/train/request.ts';
import { resumeRequest } from '../../src/train/resume-request.ts';
import { startTraining, type TrainingRun } from '../../src/train/start.ts';

/** A run of milliseconds: the paper's networks of two filters at 32×32, unless told otherwise. */
export function smallConfig(overrides: ConfigOverrides = {}): RunConfig {
  return resolveConfig({
    preset: 'paper',
    size: [32, 32],
    epochs: 2,
    ...overrides,
    generator: { filters: 2, ...overrides.generator },
    discriminator: { filters: 2, layers: 1, ...overrides.discriminator },
  }).config;
}

/** Follows a run to its end; `onEvent` may ask it for something. */
export async function follow(
  request: TrainRequest,
  onEvent: (event: TrainEvent, run: TrainingRun) => void = () => {},
): Promise<TrainEvent[]> {
  if (!request.resume) await createRunFolder(request.runFolder, { force: false });
  const run = startTraining(request);
  const events: TrainEvent[] = [];
  for await (const event of run) {
    events.push(event);
    onEvent(event, run);
  }
  return events;
}

/** Stops a run after so many steps. */
export const stopAfter = (steps: number) => (event: TrainEvent, run: TrainingRun) => {
  if (event.type === 'step' && event.step === steps) run.stop();
};

/** Goes on with a run to its end. */
export async function resume(
  runFolder: string,
  onEvent?: (event: TrainEvent, run: TrainingRun) => void,
  options: Pick<TrainRequest, 'threads'> = {},
): Promise<TrainEvent[]> {
  return follow({ ...(await resumeRequest(runFolder)).request, ...options }, onEvent);
}

/** Everything that the newest checkpoint of a run holds of the networks, byte for byte. */
export async function finalState(runFolder: string): Promise<{ model: Buffer; training: Buffer }> {
  const { path } = (await listCheckpoints(runFolder)).at(-1)!;
  return {
    model: await readFile(join(path, 'model.safetensors')),
    training: await readFile(join(path, 'training.safetensors')),
  };
}

/** Losses by step, of a run's log. */
export async function loggedLosses(runFolder: string): Promise<unknown[]> {
  const lines = (await readFile(join(runFolder, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines
    .map(line => JSON.parse(line) as TrainEvent)
    .flatMap(event =>
      event.type === 'step'
        ? [[event.step, event.epoch, event.batch, event.discriminatorLoss, event.generatorLoss, event.l1]]
        : [],
    );
}
