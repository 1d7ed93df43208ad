import { describe } from 'vitest';
import { type Form, forms, formsFor, shippedForm } from '../src/lower/cpu/forms.ts';
import { cpuTarget } from '../src/lower/cpu/index.ts';
import { convTarget, webgpuTarget } from '../src/lower/webgpu/index.ts';
import { testConvolutions, testLargeKernelGradient, testLowering } from './reference/lowering-suite.ts';

describe('on the CPU', () => testLowering({}, 1e-5));

/** The CPU's target with one form wherever it can compute the convolution. */
const targetWith = (form: Form) =>
  cpuTarget(convolution => (formsFor(convolution).includes(form) ? form : shippedForm(convolution)));

describe.each(forms)('on the CPU, convolutions in the form %s', form =>
  testConvolutions({ target: targetWith(form) }, 1e-5),
);

describe('lowered to ONNX’s convolution ops, on the CPU', () =>
  testConvolutions({ target: convTarget }, 1e-5));

// On WebGPU itself, where most of the time goes into compiling shaders: test/long/webgpu-lowering.test.ts.
describe('lowered for WebGPU, on the CPU', () => {
  testLowering({ target: webgpuTarget }, 1e-5);
  testLargeKernelGradient({ target: webgpuTarget }, 1e-5);
});
