import type { LabSample } from './protocol.ts';

const mostKept = 64;

/** The samples with another one; of too many, every second one is dropped, but not the last. */
export function keepSample(samples: readonly LabSample[], sample: LabSample): readonly LabSample[] {
  const all = [...samples.filter(({ step }) => step !== sample.step), sample];
  if (all.length <= mostKept) return all;
  return all.filter((_, i) => i % 2 === 0 || i === all.length - 1);
}

/** Some of the samples from the first to the last, so that each shows about as much progress: near twice the steps. */
export function filmOf(samples: readonly LabSample[], count: number): readonly LabSample[] {
  const last = samples.at(-1);
  if (samples.length <= count || !last) return samples;
  const wanted = Array.from({ length: count }, (_, i) => (last.step + 1) ** (i / (count - 1)) - 1);
  const nearest = wanted.map(step =>
    samples.reduce((best, each) => (Math.abs(each.step - step) < Math.abs(best.step - step) ? each : best)),
  );
  return [...new Set(nearest)];
}
