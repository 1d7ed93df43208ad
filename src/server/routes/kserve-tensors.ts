import * as z from 'zod';
import type { Image } from '../../core/image.ts';
import { Refusal } from '../errors.ts';

// The Open Inference Protocol, version 2, as KServe and Triton speak it over HTTP, with Triton's extension for binary tensors.

const parameters = z.looseObject({
  /** Bytes of a tensor that follows the JSON. */
  binary_data_size: z.int().min(0).optional(),
  binary_data: z.boolean().optional(),
  binary_data_output: z.boolean().optional(),
});

const inferRequestSchema = z.object({
  id: z.string().max(200).optional(),
  parameters: parameters.optional(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.int().positive()).max(8),
        datatype: z.string(),
        parameters: parameters.optional(),
        data: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(1),
  outputs: z.array(z.object({ name: z.string(), parameters: parameters.optional() })).optional(),
});

export type InferRequest = z.infer<typeof inferRequestSchema>;

const tensorMetadata = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.int()) });

export const modelMetadataSchema = z.object({
  name: z.string(),
  versions: z.array(z.string()),
  platform: z.string(),
  inputs: z.array(tensorMetadata),
  outputs: z.array(tensorMetadata),
});

/** The names and types of inputs and outputs: unscaled pictures [N, H, W, C]. */
export const tensorNames = { input: 'condition', output: 'generated' } as const;
export const datatype = 'UINT8';

/** A request with its tensor as pictures. */
export interface Inference {
  readonly id: string | undefined;
  readonly images: readonly Image[];
  /** Whether the response's tensor is to follow the JSON. */
  readonly isBinary: boolean;
}

/** Reads a request: `headerLength` bytes of JSON, then binary tensors, if there are any. Throws {@link Refusal}. */
export function readInference(body: Buffer, headerLength: number | undefined, channels: number): Inference {
  const request = parse(body.subarray(0, headerLength ?? body.length));
  const [{ name, shape, datatype: given, parameters, data }] = request.inputs as [
    InferRequest['inputs'][number],
  ];
  if (name !== tensorNames.input) refuse(`input "${name}" is unknown: it must be "${tensorNames.input}"`);
  if (given !== datatype) refuse(`input "${name}" is ${given}: it must be ${datatype}, 0 to 255`);
  const [count, height, width] = shape;
  if (shape.length !== 4 || shape[3] !== channels)
    refuse(`input "${name}" is [${shape}]: it must be [N, H, W, ${channels}]`);
  const length = shape.reduce((product, side) => product * side, 1);
  const binarySize = parameters?.binary_data_size;
  if (binarySize !== undefined && headerLength === undefined)
    refuse('binary_data_size needs the header Inference-Header-Content-Length');
  const values =
    binarySize === undefined
      ? plainValues(data, length)
      : body.subarray(headerLength, headerLength! + binarySize);
  if (values.length !== length)
    refuse(`input "${name}" has ${values.length} values: [${shape}] takes ${length}`);
  const size = length / count!;
  const images = Array.from({ length: count! }, (_, i) => ({
    width: width!,
    height: height!,
    channels,
    data: new Uint8Array(values.subarray(i * size, (i + 1) * size)),
  }));
  return { id: request.id, images, isBinary: wantsBinary(request) };
}

function parse(bytes: Buffer): InferRequest {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch {
    refuse('the request is not valid JSON');
  }
  const parsed = inferRequestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(`"${issue?.path.join('.')}" is wrong: ${issue?.message}`);
}

function plainValues(data: unknown, length: number): Uint8Array {
  if (!Array.isArray(data)) return refuse(`input "${tensorNames.input}" has no data`);
  const values = data.flat(3) as unknown[];
  if (values.length === length && !values.every(isByte)) {
    refuse(`input "${tensorNames.input}" must hold whole numbers from 0 to 255`);
  }
  return Uint8Array.from(values as number[]);
}

function isByte(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function wantsBinary({ outputs, parameters }: InferRequest): boolean {
  const unknown = outputs?.find(({ name }) => name !== tensorNames.output);
  if (unknown) refuse(`output "${unknown.name}" is unknown: it must be "${tensorNames.output}"`);
  return outputs?.[0]?.parameters?.binary_data ?? parameters?.binary_data_output ?? false;
}

function refuse(reason: string): never {
  throw new Refusal(400, `Cannot infer: ${reason}`);
}
