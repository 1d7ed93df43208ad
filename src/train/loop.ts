import type { RunConfig } from '../config/config.ts';
import { sameShape } from '../core/shape.ts';
import type { Size } from '../core/sizes.ts';
import type { BatchSource } from '../data/loading/epochs.ts';
import type { Position } from '../runs/checkpoint/manifest.ts';
import type { EpochEvent, SizeEvent, StartEvent, StepEvent } from '../runs/events.ts';
import { learningRateAt } from '../step/schedule.ts';
import type { Trainee } from '../step/trainee.ts';
import type { Progress } from './progress.ts';

/** The networks, their data and the current position of a training. */
export interface Loop {
  readonly config: RunConfig;
  readonly trainee: Trainee;
  readonly source: BatchSource;
  readonly progress: Progress;
  /** `rate` is a factor on the scheduled learning rate. */
  readonly rollbacks: { readonly rate: number };
  position: Position;
}

/**
 * Trains until the run is over. Yields `size` before the first step at each size of a growing run, `step` after each step
 * and `epoch` after each epoch. `loop.position` is then already that of the next step, so the caller may save between two
 * events. If a limit ends the run within an epoch, its `epoch` event still follows.
 */
export async function* trainSteps(
  loop: Loop,
  isOver: () => boolean = () => loop.progress.isOver(loop.position.step),
): AsyncGenerator<StepEvent | EpochEvent | SizeEvent, void> {
  const { config, source, trainee, progress } = loop;
  let announced: Size | null = null;
  while (loop.position.epoch < config.epochs && !isOver()) {
    const { epoch, batch: from, step: done } = loop.position;
    const { size, steps } = progress.stageAt(done);
    if (config.grow !== null && !sameShape(size, announced ?? [])) yield { type: 'size', step: done, size };
    announced = size;
    if (!sameShape(size, trainee.size)) await trainee.resize(size);
    const batches = source.epoch(epoch, from, size);
    let isWhole = false;
    progress.restartStepClock(size);
    try {
      for (let batch = from; ; batch++) {
        const { value: pairs, done: isEnd } = await progress.waiting(batches.next());
        isWhole = isEnd === true;
        if (isEnd) break;
        const rate = learningRateAt(config, epoch + batch / progress.stepsPerEpoch) * loop.rollbacks.rate;
        const losses = await trainee.step(pairs, rate);
        progress.finishStep();
        const step = loop.position.step + 1;
        loop.position = { epoch, batch: batch + 1, step };
        yield {
          type: 'step',
          ...{ epoch, batch, step },
          discriminatorLoss: losses.discriminator,
          generatorLoss: losses.generator,
          l1: losses.l1,
          ...progress.report(step),
        };
        isWhole = batch + 1 >= progress.stepsPerEpoch;
        if (isOver() || step === done + steps) break;
      }
    } finally {
      await batches.return();
    }
    // The images grow within this epoch.
    if (!isWhole && !isOver()) continue;
    if (isWhole) loop.position = { epoch: epoch + 1, batch: 0, step: loop.position.step };
    yield { type: 'epoch', epoch, seconds: progress.epochSeconds };
  }
}

/** The first event of a training. */
export function startEvent(
  { config, trainee, progress, position }: Loop,
  about: Pick<StartEvent, 'runFolder' | 'device' | 'pairs' | 'buildSeconds'>,
): StartEvent {
  return {
    type: 'start',
    ...about,
    config,
    stepsPerEpoch: progress.stepsPerEpoch,
    totalSteps: progress.totalSteps,
    step: position.step,
    parameters: {
      generator: trainee.generator.parameters,
      discriminator: trainee.discriminator.parameters,
    },
  };
}
