import { createHash } from 'node:crypto';
import * as z from 'zod';
import { pictureFormats } from '../images/encoding/encode.ts';
import { halves } from '../images/resize.ts';

/** How each picture is translated. */
const optionsSchema = z.object({
  side: z.enum(halves).optional(),
  /** Height, width. */
  size: z.tuple([z.int().positive(), z.int().positive()]).optional(),
  format: z.enum(pictureFormats),
  tile: z.int().positive().optional(),
  overlap: z.int().nonnegative().optional(),
});
export type BulkOptions = z.infer<typeof optionsSchema>;

/** All pictures of a source, through one model, into one destination, which belongs to it. */
export const campaignSchema = z.object({
  id: z.string(),
  source: z.string(),
  destination: z.string(),
  /** SHA-256 of the model's file in the destination. */
  model: z.string(),
  options: optionsSchema,
});
export type Campaign = z.infer<typeof campaignSchema>;

/** Equal for equal models, places and options. */
export function nameCampaign(campaign: Omit<Campaign, 'id'>): Campaign {
  return { id: hashOf(campaign).slice(0, 8), ...campaign };
}

/** A picture of the source. Its tag changes with its content. */
const pictureSchema = z.object({ name: z.string(), etag: z.string() });
export type SourcePicture = z.infer<typeof pictureSchema>;

/** Pictures that a worker takes together. */
export const chunkSchema = z.object({
  id: z.string(),
  /** When it was submitted, ISO 8601. */
  submitted: z.string(),
  pictures: z.array(pictureSchema),
});
export type Chunk = z.infer<typeof chunkSchema>;

/** Pictures of a chunk. */
export const CHUNK = 200;

export function nameChunk(chunk: Omit<Chunk, 'id'>): Chunk {
  return { id: hashOf(chunk).slice(0, 16), ...chunk };
}

/** The outcome of a chunk: all its pictures are translated except these. */
export const receiptSchema = z.object({
  chunk: z.string(),
  failures: z.record(z.string(), z.string()).describe('Reasons by name'),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** Files that belong to the campaign, in its destination. */
export const campaignFiles = {
  folder: '.pix2pix',
  campaign: '.pix2pix/campaign.json',
  model: '.pix2pix/model.onnx',
  chunks: '.pix2pix/chunks',
  receipts: '.pix2pix/receipts',
  chunk: (id: string) => `.pix2pix/chunks/${id}.json`,
  receipt: (id: string) => `.pix2pix/receipts/${id}.json`,
} as const;

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
