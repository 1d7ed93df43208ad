import { SingleBar } from 'cli-progress';

/** Ctrl-C, a scheduler's request to end, and a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `ask` at the first signal to end. At the second, `leave` cleans up and the signal ends the process. Returns a
 * function that stops listening.
 */
export function onInterrupt({ ask, leave }: { ask(): void; leave(): void }): () => void {
  let asked = false;
  const release = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (asked) {
      leave();
      release();
      // Shells see status 130, and processes that this one started end with it.
      process.kill(process.pid, signal);
      return;
    }
    asked = true;
    ask();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

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
