import { describe } from 'vitest';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { testLargeKernelGradient, testLowering } from '../reference/lowering-suite.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => {
  testLowering({ device: 'webgpu' }, 1e-4);
  testLargeKernelGradient({ device: 'webgpu' }, 1e-4);
});
