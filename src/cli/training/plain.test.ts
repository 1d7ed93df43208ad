import { describe, expect, it } from 'vitest';
import { presets } from '../../config/presets.ts';
import type { StepEvent, TrainEvent } from '../../runs/events.ts';
import { plainReporter } from './plain.ts';
import { linesOf } from './training-lines.ts';

const stepAt = (batch: number, epoch = 0): StepEvent => ({
  type: 'step',
  epoch,
  batch,
  step: batch + 1,
  totalSteps: 3200,
  discriminatorLoss: 0.4567891,
  generatorLoss: 12,
  l1: 0.1,
  imagesPerSecond: 3.14,
  secondsLeft: 75,
  waitingShare: 0,
});

const start: TrainEvent = {
  type: 'start',
  runFolder: 'runs/x',
  config: presets.demo,
  pairs: 400,
  stepsPerEpoch: 400,
  totalSteps: 3200,
  step: 0,
  parameters: { generator: 41_834_499, discriminator: 2_769_601 },
  buildSeconds: 2.4,
};

describe('linesOf', () => {
  it('logs every 500 batches from 0, exactly as the article does', () => {
    expect(linesOf(stepAt(0))).toEqual(['[Epoch 0] [Batch 0] [D loss: 0.456789] [G loss: 12.000000]']);
    expect(linesOf(stepAt(500, 7))).toEqual(['[Epoch 7] [Batch 500] [D loss: 0.456789] [G loss: 12.000000]']);
    expect(linesOf(stepAt(499))).toEqual([]);
    expect(linesOf({ type: 'epoch', epoch: 3, seconds: 61.239 })).toEqual(['Time for epoch 3 is 61.24 sec']);
  });

  it('describes what is trained', () => {
    expect(linesOf(start)).toEqual([
      'Generator: 41,834,499 parameters; discriminator: 2,769,601 parameters; built in 2 s',
      '400 pairs, 400 steps per epoch, 3,200 in total',
    ]);
    expect(linesOf({ ...start, step: 1200 })[1]).toBe(
      '400 pairs, 400 steps per epoch, 3,200 in total, resuming after 1,200',
    );
    expect(linesOf({ ...start, step: 3200 })[1]).toMatch(
      /resuming after 3,200: nothing to do; give more --steps, --epochs or --minutes to go on$/,
    );
  });

  it('reports how it ended', () => {
    const end = { type: 'end', runFolder: 'runs/x', steps: 1, seconds: 3723 } as const;
    expect(linesOf({ ...end, reason: 'stopped' })).toEqual(['Stopped after 1 step in 1 h 2 min']);
    expect(linesOf({ ...end, reason: 'finished' })).toEqual(['Finished after 1 step in 1 h 2 min']);
  });
});

describe('plainReporter', () => {
  it('reports the size of growing images', () => {
    let time = 0;
    const lines: string[] = [];
    const reporter = plainReporter(
      line => lines.push(line),
      () => time,
    );
    reporter.show({ type: 'size', step: 1200, size: [64, 64] });
    time = 10;
    reporter.show(stepAt(1));
    expect(lines).toEqual([
      'Training at 64×64 from step 1,201 on',
      'Step 2/3,200, epoch 0 at 64×64: D loss 0.457, G loss 12.000, 3.1 images/s, 1 min 15 s left',
    ]);
  });

  it('adds a line on progress after ten quiet seconds', () => {
    let time = 0;
    const lines: string[] = [];
    const reporter = plainReporter(
      line => lines.push(line),
      () => time,
    );
    reporter.show(start);
    for (let batch = 1; batch < 50; batch++) {
      time = batch / 2;
      reporter.show(stepAt(batch));
    }
    expect(lines.slice(2)).toEqual([
      'Step 21/3,200, epoch 0: D loss 0.457, G loss 12.000, 3.1 images/s, 1 min 15 s left',
      'Step 41/3,200, epoch 0: D loss 0.457, G loss 12.000, 3.1 images/s, 1 min 15 s left',
    ]);
  });
});
