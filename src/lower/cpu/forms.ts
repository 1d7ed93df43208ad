// Which form computes a convolution. All forms give the same result up to rounding; which is fastest depends on the shape
// and on the processor.

import { schemeOf, upsampledSchemeOf } from './filtering-scheme.ts';
import type { Geometry } from './windows.ts';

/**
 * The ways to compute a convolution:
 *
 * - `taps`: a product per kernel tap, each adding to the last, without a column buffer;
 * - `columns`: one product with all taps side by side;
 * - `minimal`: minimal filtering (`minimal-convolution.ts`);
 * - `phases`: on the low-resolution image, output phase by output phase (`upsampled-phases.ts`);
 * - `project`: one product of the unshifted image with all taps, whose parts are then shifted and summed (`projection.ts`,
 *   `upsampled-projection.ts`);
 * - `runtime`: ONNX Runtime's own operator.
 */
export const forms = ['taps', 'columns', 'minimal', 'phases', 'project', 'runtime'] as const;
export type Form = (typeof forms)[number];

/** The passes of a convolution: they compute y, the kernel's gradient, and x's cotangent. */
export type ConvolutionPass = 'forward' | 'kernel' | 'input';

/** One pass of a convolution. */
export interface Convolution {
  readonly pass: ConvolutionPass;
  /** Whether x is upsampled ×2 first; height and width are those before that. */
  readonly upsampled: boolean;
  readonly geometry: Geometry;
  /** The layer, for reports. */
  readonly scope: string;
}

/** Names a convolution by everything that its time depends on: `forward 1×64×64×128, 4×4 by 2 at 1,1 → 32×32×256`. */
export function convolutionKey({ pass, upsampled, geometry: g }: Convolution): string {
  const x = [g.batch, g.height, g.width, g.channels].join('×');
  const kernel = `${g.kernelHeight}×${g.kernelWidth} by ${g.stride} at ${g.top},${g.left}`;
  const y = [g.rows, g.columns, g.outputChannels].join('×');
  return `${pass} ${x}${upsampled ? ' upsampled' : ''}, ${kernel} → ${y}`;
}

/** Chooses one of {@link formsFor}. */
export type ChooseForm = (convolution: Convolution) => Form;

/** The forms that can compute a convolution. */
export function formsFor({ pass, upsampled, geometry }: Convolution): readonly Form[] {
  const isPossible: Readonly<Record<Form, boolean>> = {
    taps: true,
    columns: true,
    minimal: (upsampled ? upsampledSchemeOf : schemeOf)(geometry) !== null,
    phases: upsampled,
    // With a single tap it is the same product as by taps or columns.
    project: geometry.stride === 1 && geometry.kernelHeight * geometry.kernelWidth > 1,
    runtime: pass !== 'kernel',
  };
  return forms.filter(form => isPossible[form]);
}

/** With at most this many output pixels, columns are faster than taps. */
const FEW_PIXELS = 64;
/** With at most this many input channels, columns are faster than taps, except for x's cotangent. */
const FEW_CHANNELS = 16;
/** With fewer low-resolution pixels than this in a batch, summing kernels for phases costs more than it saves. */
const FEWEST_PHASE_PIXELS = 25;
/** With so few output channels, the products of phases are narrow. */
const FEW_OUTPUTS = 16;
/** With fewer pixels than this, transforming kernels for minimal filtering costs more than the products that it saves. */
const FEWEST_MINIMAL_PIXELS = 256;

/** The shipped choice, the same on every machine; its constants were measured on an AMD EPYC with AVX-512. */
export function shippedForm(convolution: Convolution): Form {
  const { upsampled, geometry } = convolution;
  return upsampled && pixelsOf(geometry) >= FEWEST_PHASE_PIXELS
    ? lowResolutionForm(convolution)
    : directForm(convolution);
}

function lowResolutionForm({ geometry }: Convolution): Form {
  if (geometry.outputChannels <= FEW_OUTPUTS) return 'project';
  const { height, width } = geometry;
  const isMinimal = upsampledSchemeOf(geometry) && pixelsOf(geometry) >= FEWEST_MINIMAL_PIXELS;
  return isMinimal && hasEvenTiles(geometry, height, width) ? 'minimal' : 'phases';
}

function directForm({ pass, upsampled, geometry }: Convolution): Form {
  const { batch, rows, columns, channels, stride } = geometry;
  const pixels = batch * rows * columns;
  if (pixels <= FEW_PIXELS) return 'columns';
  const narrow = channels <= FEW_CHANNELS;
  const isMinimal = !upsampled && !narrow && pixels >= FEWEST_MINIMAL_PIXELS && schemeOf(geometry);
  if (isMinimal && stride === 2 && hasEvenTiles(geometry, rows, columns)) return 'minimal';
  return narrow && pass !== 'input' ? 'columns' : 'taps';
}

/** The convolutions that minimal filtering is shipped for; others get it by measuring. */
const hasEvenTiles = ({ kernelHeight }: Geometry, rows: number, columns: number): boolean =>
  kernelHeight === 4 && rows % 2 === 0 && columns % 2 === 0;

const pixelsOf = ({ batch, height, width }: Geometry): number => batch * height * width;
