import { it } from 'vitest';
import { expectToEndAsReference } from '../reference/reference-run.ts';
import { smallRun } from '../reference/training-fixture.ts';

// At 32×32, a batch of two: test/training-step.test.ts.
it('two whole steps on ONNX Runtime end where the reference does at 64×64', () =>
  expectToEndAsReference(smallRun(64, 4, 4, 1)));
