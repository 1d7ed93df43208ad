import type { Shape } from '../../core/shape.ts';
import type { AttributesOf, Tensor } from '../../graph/index.ts';
import { commonRules, pixelCount, sumBlocks } from '../common.ts';
import type { Emitter, Segment, Target } from '../emitter.ts';
import { byColumns, byTaps } from './convolution.ts';
import type { FormRules } from './form-rules.ts';
import { type ChooseForm, type Convolution, type Form, shippedForm } from './forms.ts';
import { gemm } from './gemm.ts';
import { stridedByMinimalFiltering, upsampledByMinimalFiltering } from './minimal-convolution.ts';
import { byProjection } from './projection.ts';
import { byRuntime } from './runtime-convolution.ts';
import { byPhases, upsampledByProjection } from './upsampled-convolution.ts';
import { type Geometry, geometry } from './windows.ts';

/** ONNX Runtime on the CPU: convolutions become matrix products over NHWC, each in the form that `choose` returns. */
export function cpuTarget(choose: ChooseForm = shippedForm): Target {
  const convolve = (
    emit: Emitter,
    { inputs: [x, kernel], shape, attributes, scope }: Tensor,
    bias?: string,
  ) => {
    const shapes = { x: x!.shape, low: lowOf(x!)?.shape, kernel: kernel!.shape, y: shape };
    const { rules, geometry, isLow } = plan(
      choose,
      { pass: 'forward', scope },
      shapes,
      attributes as Attributes,
    );
    return rules.forward(emit, isLow ? lowOf(x!)! : x!, kernel!, geometry, bias);
  };
  const kernelSegments = (emit: Emitter, { inputs: [x, y], shape, attributes, scope }: Tensor) => {
    const shapes = { x: x!.shape, low: lowOf(x!)?.shape, kernel: shape, y: y!.shape };
    const { rules, geometry, isLow } = plan(
      choose,
      { pass: 'kernel', scope },
      shapes,
      attributes as Attributes,
    );
    return rules.kernel(emit, isLow ? lowOf(x!)! : x!, y!, geometry);
  };
  const inputGradient = (
    emit: Emitter,
    { inputs: [y, kernel], shape, attributes, scope }: Tensor,
    low?: Shape,
  ) => {
    const shapes = { x: shape, low, kernel: kernel!.shape, y: y!.shape };
    const { rules, geometry, isLow } = plan(
      choose,
      { pass: 'input', scope },
      shapes,
      attributes as Attributes,
    );
    const value = rules.input(emit, y!, kernel!, geometry);
    return low === undefined || isLow ? value : sumBlocks(emit, value, low);
  };
  return {
    name: 'cpu',
    rules: {
      ...commonRules,
      conv2d: (emit, tensor) => convolve(emit, tensor),
      conv2dInput: (emit, tensor) => inputGradient(emit, tensor),
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
        const [gradient] = tensor.inputs as [Tensor];
        return gradient.op.name === 'conv2dInput'
          ? inputGradient(emit, gradient, tensor.shape)
          : commonRules.sumPool2d(emit, tensor, attributes);
      },
    },
    segments: (emit, tensor): readonly Segment[] | null =>
      tensor.op.name === 'conv2dKernel' ? kernelSegments(emit, tensor) : null,
  };
}

type Attributes = AttributesOf<'conv2d'>;

/** The rules of forms for convolutions of an image, and for those of an upsampled image that work at low resolution. */
const imageRules: Readonly<Partial<Record<Form, FormRules>>> = {
  taps: byTaps,
  columns: byColumns,
  minimal: stridedByMinimalFiltering,
  project: byProjection,
  runtime: { ...byTaps, ...byRuntime },
};
const lowResolutionRules: Readonly<Partial<Record<Form, FormRules>>> = {
  phases: byPhases,
  minimal: upsampledByMinimalFiltering,
  project: upsampledByProjection,
};

/** Shapes of a convolution's arrays; `low` is that of the image which upsampling ×2 made x from. */
type Shapes = Readonly<Record<'x' | 'kernel' | 'y', Shape>> & { readonly low: Shape | undefined };

/** The rules that compute a pass, and the geometry that they work on: that of x, or of the low-resolution image. */
function plan(
  choose: ChooseForm,
  named: Pick<Convolution, 'pass' | 'scope'>,
  { x, low, kernel, y }: Shapes,
  attributes: Attributes,
): { readonly rules: FormRules; readonly geometry: Geometry; readonly isLow: boolean } {
  const full = geometry(x, kernel, y, attributes);
  const reduced = low && geometry(low, kernel, y, attributes);
  const upsampled = reduced?.stride === 1 && reduced.rows === x[1] && reduced.columns === x[2];
  const form = choose({ ...named, upsampled, geometry: upsampled ? reduced : full });
  const rules = upsampled ? lowResolutionRules[form] : undefined;
  if (rules) return { rules, geometry: reduced!, isLow: true };
  return { rules: imageRules[form]!, geometry: full, isLow: false };
}

/** The low-resolution image, if x is upsampled. */
const lowOf = (x: Tensor): Tensor | undefined => (x.op.name === 'upsample2d' ? x.inputs[0] : undefined);

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
