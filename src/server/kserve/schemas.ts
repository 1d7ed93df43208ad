import * as z from 'zod';

// The Open Inference Protocol, version 2, as KServe and Triton speak it over HTTP, with Triton's extension for binary tensors.

const parameters = z.looseObject({
  /** Bytes of a tensor that stands behind the JSON. */
  binary_data_size: z.int().min(0).optional(),
  binary_data: z.boolean().optional(),
  binary_data_output: z.boolean().optional(),
});

export const inferRequestSchema = z.object({
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
