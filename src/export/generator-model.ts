import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import type { Tensor } from '../graph/index.ts';
import { Emitter } from '../lower/emitter.ts';
import { exportTarget } from '../lower/export/index.ts';
import { receptiveFieldOf } from '../lower/export/receptive-field.ts';
import type { GraphBuilder, OpenShape } from '../onnx/builder.ts';
import { TensorProto_DataType as DataType, type ModelProto } from '../onnx/onnx_pb.ts';
import { translatePass } from '../step/graphs.ts';
import {
  BROKEN,
  CONDITION,
  describeModel,
  GENERATED,
  type ModelDescription,
  sizesOf,
} from './description.ts';
import { memoryNeedOf } from './memory-need.ts';

export interface ModelOptions {
  /** Height and width in pixels, or any multiple of the network's stride. */
  readonly size: readonly [number, number] | 'free';
  /**
   * tensors: float32 [N, C, H, W] on [−1, 1] in and out; image: uint8 [1, H, W, C] in and out, with the conversion in
   * the graph.
   */
  readonly form: 'tensors' | 'image';
  /** Whether a model of form image has an extra output: the number of NaN values generated, float32 []. */
  readonly countsBroken?: boolean;
}

export interface GeneratorModel {
  readonly model: ModelProto;
  readonly description: ModelDescription;
}

/**
 * Builds a self-contained ONNX model of a trained generator: weights as constants, statistics and dropout as its config
 * states for translating.
 * @param values the generator's weights and state by name.
 */
export function generatorModel(
  config: RunConfig,
  values: Readonly<Record<string, Float32Array>>,
  { size, form, countsBroken = false }: ModelOptions,
): GeneratorModel {
  if (size !== 'free') assertSize(config, size);
  if (form === 'image' && has16BitIds(config))
    throw cannotExportIds('as bytes', '256', 'with floats in and out');
  // Traced at a size at which no axis is a single pixel, not even in the bottleneck; the model doesn't depend on it.
  const traced = 2 * sizesOf(config).multiple;
  const pass = translatePass({ ...config, size: [traced, traced] });
  const [height, width] = size === 'free' ? (['height', 'width'] as const) : size;
  let image: Tensor | undefined;
  const asImage = (tensor: Tensor) => {
    image = tensor;
    return condition;
  };
  const emit = new Emitter(exportTarget({ known: values, seed: config.seed, image: asImage }));
  const { condition, finish }: Form = (form === 'image' ? imageForm : tensorForm)(
    emit,
    config,
    height,
    width,
  );
  const fake = pass.outputs.fake!;
  if (countsBroken) countBroken(emit.builder, emit.value(fake));
  finish(emit.value(fake));
  const model = emit.builder.model();
  const memory = memoryNeedOf(model, config.channels.condition);
  const receptiveField = receptiveFieldOf(fake, image!);
  return { model, description: describeModel(config, { size, form, receptiveField, memory }) };
}

function assertSize(config: RunConfig, size: readonly [number, number]): void {
  const { multiple, smallest } = sizesOf(config);
  if (size.every(length => length % multiple === 0 && length >= smallest)) return;
  throw new UserError(
    `Cannot export for ${size.join('×')} pixels: the generator takes multiples of ${multiple}, from ${smallest} on; choose another --size, or free`,
  );
}

/** Whether conditions hold instance ids of more than 8 bits. */
export function has16BitIds({ labels, depth }: RunConfig): boolean {
  return labels.boundaries === 'ids' && depth.condition > 8;
}

/** The error for an export that could not distinguish all instances. */
export function cannotExportIds(form: string, count: string, fix: string): UserError {
  return new UserError(
    `Cannot export a model with 16-bit instance ids ${form}, which can represent only ${count} ids; export it ${fix}`,
  );
}

interface Form {
  /** The condition as float32 NCHW on [−1, 1]. */
  readonly condition: string;
  finish(generated: string): void;
}

function tensorForm(
  { builder }: Emitter,
  { channels }: RunConfig,
  height: number | string,
  width: number | string,
): Form {
  const shape = (count: number): OpenShape => ['batch', count, height, width];
  return {
    condition: builder.input(CONDITION, shape(channels.condition)),
    finish: generated => {
      builder.rename(generated, GENERATED);
      builder.output(GENERATED, shape(channels.target));
    },
  };
}

function imageForm(
  emit: Emitter,
  { channels }: RunConfig,
  height: number | string,
  width: number | string,
): Form {
  const { builder } = emit;
  const shape = (count: number): OpenShape => [1, height, width, count];
  const samples = builder.input(CONDITION, shape(channels.condition), DataType.UINT8);
  const float = builder.node('Cast', [samples], { to: DataType.FLOAT });
  const planes = builder.node('Transpose', [float], { perm: [0, 3, 1, 2] });
  const scaled = builder.node('Mul', [planes, emit.scalar(1 / 127.5)]);
  return {
    condition: builder.node('Sub', [scaled, emit.scalar(1)]),
    finish: generated => {
      const raised = builder.node('Add', [generated, emit.scalar(1)]);
      const wide = builder.node('Mul', [raised, emit.scalar(127.5)]);
      const clipped = builder.node('Clip', [wide, emit.scalar(0), emit.scalar(255)]);
      const rounded = builder.node('Floor', [builder.node('Add', [clipped, emit.scalar(0.5)])]);
      const pixels = builder.node('Transpose', [rounded], { perm: [0, 2, 3, 1] });
      builder.rename(builder.node('Cast', [pixels], { to: DataType.UINT8 }), GENERATED);
      builder.output(GENERATED, shape(channels.target), DataType.UINT8);
    },
  };
}

/** Counted before the conversion to bytes, which hides them. */
function countBroken(builder: GraphBuilder, generated: string): void {
  const broken = builder.node('Cast', [builder.node('IsNaN', [generated])], { to: DataType.FLOAT });
  builder.rename(builder.node('ReduceSum', [broken], { keepdims: 0 }), BROKEN);
  builder.output(BROKEN, []);
}
