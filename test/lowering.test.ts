import { describe } from 'vitest';
import { webgpuTarget } from '../src/lower/webgpu/index.ts';
import { testLowering } from './reference/lowering-suite.ts';

describe('on the CPU', () => testLowering({}, 1e-5));

// On WebGPU itself, where most of the time goes into compiling shaders: test/long/webgpu-lowering.test.ts.
describe('lowered for WebGPU, on the CPU', () => testLowering({ target: webgpuTarget }, 1e-5));
