/**
 * Runs `work` on the newest input only: an input that arrives while it works replaces the waiting one. `done` gets the
 * results in order, `failed` the errors.
 */
export function latestOnly<Input, Output>(
  work: (input: Input) => Promise<Output>,
  done: (output: Output) => void,
  failed: (error: unknown) => void,
): (input: Input) => void {
  let busy = false;
  let next: { readonly input: Input } | null = null;
  const run = async () => {
    busy = true;
    while (next !== null) {
      const { input } = next;
      next = null;
      await work(input).then(done, failed);
    }
    busy = false;
  };
  return input => {
    next = { input };
    if (!busy) void run();
  };
}
