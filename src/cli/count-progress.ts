import { SingleBar } from 'cli-progress';

/** Counts up to a total: a bar on a terminal, nothing elsewhere. */
export function countProgress(title: string) {
  const bar = new SingleBar({
    format: `${title} {bar} {value}/{total} | {eta_formatted} left`,
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
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    close: () => bar.stop(),
  };
}
