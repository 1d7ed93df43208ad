import { describe, it } from 'vitest';
import { devices } from '../../src/runtime/device.ts';
import { expectHalfToFollow } from '../reference/half-precision.ts';
import { lavapipeHint, useLavapipe } from '../reference/lavapipe.ts';
import { smallPreset } from '../reference/same-steps.ts';

// Presets paper and lite on the processor: test/half-training.test.ts.
describe('training in float16 follows training in float32', () => {
  it.each(['article', 'demo', 'hd'] as const)('on the CPU, preset %s', name =>
    expectHalfToFollow(smallPreset(name)),
  );

  it.skipIf(!useLavapipe())(`on WebGPU, preset lite (${lavapipeHint})`, () =>
    expectHalfToFollow(smallPreset('lite'), devices.webgpu),
  );
});
