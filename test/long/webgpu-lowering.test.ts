import { describe } from 'vitest';
import { adapterHint, adapterWorks } from '../reference/adapter.ts';
import { testLowering } from '../reference/lowering-suite.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`on WebGPU${skipped}`, () => testLowering({ device: 'webgpu' }, 1e-4));
