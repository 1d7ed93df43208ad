import { SingleBar } from 'cli-progress';

/** Counts up to a total, also in fractions: a bar on a terminal, nothing elsewhere. */
export function countProgress(title: string) {
  const bar = new SingleBar({
    format: `${title} {bar} {whole}/{total} | {eta_formatted} left`,
    stream: process.stderr,
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    gracefulExit: false,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update(done: number, total: number): void {
      if (!process.stderr.isTTY) return;
      const whole = Math.floor(done);
      if (!started) bar.start(total, 0, { whole });
      started = true;
      bar.update(done, { whole });
    },
    close: () => bar.stop(),
  };
}
