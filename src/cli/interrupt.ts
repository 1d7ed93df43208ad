/** Ctrl-C, a scheduler's request to end, and a terminal that is closed. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Calls `ask` when somebody first wants the work to end; once more, and `leave` tidies up before the process ends at
 * once, by that signal. Returns what stops listening.
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
