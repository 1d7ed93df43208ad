import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { commonRules, pixelCount, sumBlocks } from '../common.ts';
import type { Emitter, Segment, Target } from '../emitter.ts';
import { columnsForm, tapsForm } from './convolution.ts';
import { convolutionOf, lowOf } from './convolution-of.ts';
import type { FormRules } from './form-rules.ts';
import { type ChooseForm, type Form, shippedForm } from './forms.ts';
import { gemm } from './gemm.ts';
import { minimalForm, upsampledMinimalForm } from './minimal-convolution.ts';
import { projectForm } from './projection.ts';
import { runtimeForm } from './runtime-convolution.ts';
import { phasesForm } from './upsampled-phases.ts';
import { upsampledProjectForm } from './upsampled-projection.ts';
import type { Geometry } from './windows.ts';

/** ONNX Runtime on the CPU: convolutions become matrix products over NHWC, each in the form that `choose` returns. */
export function cpuTarget(choose: ChooseForm = shippedForm): Target {
  const convolve = (emit: Emitter, tensor: Tensor, bias?: string) => {
    const [x, kernel] = tensor.inputs as [Tensor, Tensor];
    const { rules, geometry, isLow } = chooseRules(tensor, choose);
    return rules.forward(emit, isLow ? lowOf(x)! : x, kernel, geometry, bias);
  };
  const kernelSegments = (emit: Emitter, tensor: Tensor) => {
    const [x, y] = tensor.inputs as [Tensor, Tensor];
    const { rules, geometry, isLow } = chooseRules(tensor, choose);
    return rules.kernel(emit, isLow ? lowOf(x)! : x, y, geometry);
  };
  return {
    name: 'cpu',
    rules: {
      ...commonRules,
      conv2d: (emit, tensor) => convolve(emit, tensor),
      conv2dInput: (emit, tensor) => {
        const [y, kernel] = tensor.inputs as [Tensor, Tensor];
        const { rules, geometry } = chooseRules(tensor, choose);
        return rules.input(emit, y, kernel, geometry);
      },
      conv2dKernel: (emit, tensor) => {
        const segments = kernelSegments(emit, tensor).map(segment => segment.value);
        return emit.reshape(emit.concat(segments, 0), tensor.shape);
      },
      add: (emit, tensor, attributes) => {
        const [x, bias] = tensor.inputs as [Tensor, Tensor];
        const isBias = x.op.name === 'conv2d' && bias.shape.length === 1;
        if (!isBias) return commonRules.add(emit, tensor, attributes);
        return convolve(emit, x, emit.value(bias));
      },
      sum: (emit, tensor, attributes) =>
        sumsPixels(tensor, attributes)
          ? sumOverPixels(emit, tensor)
          : commonRules.sum(emit, tensor, attributes),
      sumPool2d: (emit, tensor, attributes) => {
        if (!convolutionOf(tensor)) return commonRules.sumPool2d(emit, tensor, attributes);
        const [y, kernel] = tensor.inputs[0]!.inputs as [Tensor, Tensor];
        const { rules, geometry, isLow } = chooseRules(tensor, choose);
        const gradient = rules.input(emit, y, kernel, geometry);
        return isLow ? gradient : sumBlocks(emit, gradient, tensor.shape);
      },
    },
    segments: (emit, tensor): readonly Segment[] | null =>
      tensor.op.name === 'conv2dKernel' ? kernelSegments(emit, tensor) : null,
  };
}

/** Each form's rules for images at full resolution. */
const imageRules: Readonly<Partial<Record<Form, FormRules>>> = {
  taps: tapsForm,
  columns: columnsForm,
  minimal: minimalForm,
  project: projectForm,
  runtime: { ...tapsForm, ...runtimeForm },
};
/** Each form's rules for upsampled images, at low resolution. */
const lowResolutionRules: Readonly<Partial<Record<Form, FormRules>>> = {
  phases: phasesForm,
  minimal: upsampledMinimalForm,
  project: upsampledProjectForm,
};

/** The rules that compute a convolution's tensor, and the geometry that they work on: that of x, or of the low-resolution image. */
function chooseRules(
  tensor: Tensor,
  choose: ChooseForm,
): { readonly rules: FormRules; readonly geometry: Geometry; readonly isLow: boolean } {
  const convolution = convolutionOf(tensor)!;
  const { upsampled, geometry: g } = convolution;
  const form = choose(convolution);
  const rules = upsampled ? lowResolutionRules[form] : undefined;
  if (rules) return { rules, geometry: g, isLow: true };
  const full = upsampled ? { ...g, height: 2 * g.height, width: 2 * g.width } : g;
  return { rules: imageRules[form]!, geometry: full, isLow: false };
}

/** Whether each channel is summed over all other axes. */
function sumsPixels({ inputs: [x] }: Tensor, { axes }: AttributesOf<'sum'>): boolean {
  const { shape } = x!;
  return (
    !axes.includes(shape.length - 1) && shape.slice(0, -1).every((size, i) => size === 1 || axes.includes(i))
  );
}

/** As a product with a row of ones: ONNX Runtime's ReduceSum takes three times as long over pixels. */
function sumOverPixels(emit: Emitter, { inputs: [x], shape }: Tensor): string {
  const count = pixelCount(x!);
  const ones = emit.node('Expand', [emit.scalar(1), emit.builder.integers([1, count])]);
  const matrix = emit.reshape(emit.value(x!), [count, x!.shape.at(-1)!]);
  return emit.reshape(gemm(emit, ones, matrix), shape);
}
