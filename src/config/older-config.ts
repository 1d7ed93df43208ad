import type { RunConfig } from './config.ts';
import { merge, type SomeOf } from './merge-config.ts';

/**
 * What runs did before a field of the config existed, so that what older versions saved can still be read.
 * A field that is added to the schema gets its row here.
 */
const before: SomeOf<RunConfig> = {
  channels: { condition: 3, target: 3 },
  depth: { condition: 8, target: 8 },
  precision: 'float32',
  generator: { enhancerBlocks: 3 },
  labels: { planes: false, palette: null, boundaries: 'none' },
  resize: { mode: 'resize-and-crop', condition: 'area', target: 'area' },
  augment: { rotation: 0, scale: 1, color: 0 },
  freeze: null,
  checkpoints: { everyEpochs: 1, everyMinutes: null, everySteps: null, keep: 3 },
  guard: { action: 'off', steps: 200, factor: 0.5, rollbacks: 3 },
  validation: { everySteps: null, share: 0.1, metric: 'l1', patience: null },
};

/** A saved config with the fields that its version did not have yet. */
export function completeConfig(saved: unknown): unknown {
  return merge(before, saved);
}
