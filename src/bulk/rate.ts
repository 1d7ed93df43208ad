/** Milliseconds over which a rate is measured. */
const WINDOW = 60_000;

/** Counts how often something happened in the last minute. */
export function createRate(now: () => number = () => performance.now()) {
  const started = now();
  let times: number[] = [];
  return {
    add(): void {
      times.push(now());
    },
    perSecond(): number {
      const end = now();
      times = times.filter(time => end - time < WINDOW);
      return (1000 * times.length) / Math.max(Math.min(end - started, WINDOW), 1000);
    },
  };
}
