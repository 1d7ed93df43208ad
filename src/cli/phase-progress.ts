import { countProgress } from './count-progress.ts';

/** Counts through one phase after the other: a bar each on a terminal, a line each elsewhere, both on stderr. */
export function phaseProgress() {
  let current: { readonly phase: string; readonly bar: ReturnType<typeof countProgress> } | undefined;
  return {
    update(phase: string, done: number, total: number): void {
      if (current?.phase !== phase) {
        current?.bar.close();
        current = { phase, bar: countProgress(phase) };
        if (!process.stderr.isTTY) process.stderr.write(`${phase} (${total})\n`);
      }
      current.bar.update(done, total);
    },
    close: () => current?.bar.close(),
  };
}
