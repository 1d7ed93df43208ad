import { metricNames, metrics } from '../../metrics/index.ts';
import type { StartEvent, StepEvent, TrainEvent, ValidationEvent } from '../../runs/events.ts';
import { formatCount, formatDuration, formatNumberOf } from '../format.ts';

/** The article logs every 500 batches of an epoch, counted from 0. */
const logEvery = 500;

/** The lines that describe an event to users; none for most steps. */
export function linesOf(event: TrainEvent): string[] {
  switch (event.type) {
    case 'start':
      return startLines(event);
    case 'size':
      return [`Training at ${event.size.join('×')} from step ${formatCount(event.step + 1)} on`];
    case 'step':
      return event.batch % logEvery === 0 ? [logLine(event)] : [];
    case 'sample':
      return [`${event.kind === 'pair' ? 'First pair' : 'Samples'}: ${event.path}`];
    case 'epoch':
      return [`Time for epoch ${event.epoch} is ${event.seconds.toFixed(2)} sec`];
    case 'checkpoint':
      return [`Saved ${event.path}`];
    case 'guard':
      return [`Warning: after ${formatNumberOf(event.step, 'step')}: ${event.text}`];
    case 'rollback':
      return [
        `Rolled back to step ${formatCount(event.step)}; the learning rate is now ${event.rate} times the scheduled one`,
      ];
    case 'validation':
      return [validationLine(event)];
    case 'pause':
      return [`Paused after ${formatNumberOf(event.step, 'step')}`];
    case 'continue':
      return ['Continuing'];
    case 'note':
      return [`Note: ${event.text}`];
    case 'end':
      return [
        `${event.reason === 'stopped' ? 'Stopped' : 'Finished'} after ${formatNumberOf(event.steps, 'step')} in ${formatDuration(event.seconds)}`,
      ];
  }
}

/** `Validation after 500 steps on 40 pairs: L1 0.3512, PSNR 13.02, … (the best so far). Image: …` */
function validationLine({ step, pairs, values, isBest, path }: ValidationEvent): string {
  const shown = metricNames.flatMap(name => {
    const { title, digits } = metrics[name];
    return values[name] === undefined ? [] : `${title} ${values[name].toFixed(digits)}`;
  });
  const rank = isBest ? ' (the best so far)' : '';
  return `Validation after ${formatNumberOf(step, 'step')} on ${formatNumberOf(pairs, 'pair')}: ${shown.join(', ')}${rank}. Image: ${path}`;
}

function startLines(event: StartEvent): string[] {
  const { parameters, pairs, stepsPerEpoch, totalSteps, step, buildSeconds } = event;
  const more = step < totalSteps ? '' : ': nothing to do; give more --steps, --epochs or --minutes to go on';
  const before = step > 0 ? `, resuming after ${formatCount(step)}${more}` : '';
  const total = `, ${formatCount(totalSteps)} in total${before}`;
  return [
    `Generator: ${formatNumberOf(parameters.generator, 'parameter')}; ` +
      `discriminator: ${formatNumberOf(parameters.discriminator, 'parameter')}; built in ${formatDuration(buildSeconds)}`,
    `${formatNumberOf(pairs, 'pair')}, ${formatNumberOf(stepsPerEpoch, 'step')} per epoch${total}`,
  ];
}

/** Exactly the article's line; its %f has six decimals. */
function logLine({ epoch, batch, discriminatorLoss, generatorLoss }: StepEvent): string {
  return `[Epoch ${epoch}] [Batch ${batch}] [D loss: ${discriminatorLoss.toFixed(6)}] [G loss: ${generatorLoss.toFixed(6)}]`;
}
