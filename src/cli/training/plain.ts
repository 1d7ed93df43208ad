import type { StepEvent } from '../../runs/events.ts';
import { formatCount, formatDuration } from '../format.ts';
import type { Reporter } from './reporter.ts';
import { linesOf } from './training-lines.ts';

const quietSeconds = 10;

/** Lines for files, pipes and CI: the events' own, and how far it is every ten seconds. */
export function plainReporter(
  write: (line: string) => void = line => process.stdout.write(`${line}\n`),
  now: () => number = () => performance.now() / 1000,
): Reporter {
  let lastLine = now();
  let size = '';
  const say = (line: string) => {
    lastLine = now();
    write(line);
  };
  return {
    show(event) {
      if (event.type === 'size') size = ` at ${event.size.join('×')}`;
      const lines = linesOf(event);
      lines.forEach(say);
      if (event.type === 'step' && lines.length === 0 && now() - lastLine >= quietSeconds) {
        say(progressLine(event, size));
      }
    },
    close: () => undefined,
  };
}

/** @param size as in ` at 64×64`, if it changes during the run. */
function progressLine(event: StepEvent, size: string): string {
  const step = `${formatCount(event.step)}/${formatCount(event.totalSteps)}`;
  const left = `, ${formatDuration(event.secondsLeft)} left`;
  return (
    `Step ${step}, epoch ${event.epoch}${size}: D loss ${event.discriminatorLoss.toFixed(3)}, ` +
    `G loss ${event.generatorLoss.toFixed(3)}, ${event.imagesPerSecond.toFixed(1)} images/s${left}`
  );
}
