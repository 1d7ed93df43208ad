import { MultiBar, type SingleBar } from 'cli-progress';
import type { StepEvent } from '../../runs/events.ts';
import { formatDuration } from '../format.ts';
import type { Reporter } from './reporter.ts';
import { linesOf } from './training-lines.ts';

const format = 'Epoch {epoch}{size} {bar} {value}/{total} | D {d} G {g} | {speed} images/s | {left} left';
const unknown = { epoch: 0, size: '', d: '–', g: '–', speed: '–', left: '–' };

/** A bar that moves below the events' lines, for terminals. */
export function barReporter(): Reporter {
  // Its own way of exiting gracefully would take Ctrl-C away from the run, which saves first.
  const bars = new MultiBar({
    format,
    stream: process.stdout,
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    gracefulExit: false,
    clearOnComplete: true,
    fps: 4,
  });
  let bar: SingleBar | undefined;
  const say = (line: string) => (bar ? bars.log(`${line}\n`) : process.stdout.write(`${line}\n`));
  const close = () => {
    if (!bar) return;
    bar = undefined;
    // Lines wait for the next redraw, and stopping alone would drop them.
    bars.update();
    bars.stop();
  };
  return {
    show(event) {
      if (event.type === 'end') close();
      linesOf(event).forEach(say);
      if (event.type === 'start') bar = bars.create(event.totalSteps, 0, unknown);
      if (event.type === 'size') bar?.update({ size: `, ${event.size.join('×')}` });
      if (event.type === 'step') {
        bar?.setTotal(event.totalSteps);
        bar?.update(event.step, payload(event));
      }
    },
    close,
  };
}

function payload(event: StepEvent): Record<string, string | number> {
  return {
    epoch: event.epoch,
    d: event.discriminatorLoss.toFixed(3),
    g: event.generatorLoss.toFixed(3),
    speed: event.imagesPerSecond.toFixed(1),
    left: formatDuration(event.secondsLeft),
  };
}
