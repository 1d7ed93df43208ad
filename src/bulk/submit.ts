import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { messageOf, UserError } from '../core/errors.ts';
import type { ModelDescription } from '../export/description.ts';
import { readHashed } from '../files/read.ts';
import { resultName } from '../translate/plan-outputs.ts';
import { writeModelOf } from '../translate/translator.ts';
import {
  type BulkOptions,
  type Campaign,
  CHUNK,
  type Chunk,
  campaignFiles,
  campaignSchema,
  chunkSchema,
  nameCampaign,
  nameChunk,
  type Receipt,
  receiptSchema,
  type SourcePicture,
} from './campaign.ts';
import { cancelCampaign } from './cancel.ts';
import { openDestination, openSource } from './places/open.ts';
import type { Destination, Source } from './places/place.ts';
import { type BulkQueue, queueChunks } from './queue.ts';
import type { Failure } from './state.ts';

export interface Submission {
  /** A run folder, a checkpoint or an exported file. */
  readonly model: string;
  readonly source: string;
  readonly destination: string;
  readonly optionsFor: (model: ModelDescription) => BulkOptions;
  /** Replaces another campaign that has the destination. */
  readonly force: boolean;
}

export interface Submitted {
  readonly campaign: Campaign;
  /** Pictures that were queued now. */
  readonly queued: number;
  /** Pictures that were translated or queued before. */
  readonly kept: number;
}

/**
 * Queues the pictures of a source that are not translated or queued yet. Throws UserError if something can't be used, or
 * the destination has the results of another model, source or options.
 */
export async function submitCampaign(queue: BulkQueue, submission: Submission): Promise<Submitted> {
  const { model, optionsFor, force } = submission;
  const destination = await openDestination(submission.destination);
  const source = await openSource(submission.source, destination.location);
  if (source.location === destination.location) throw intoSource(source);
  await source.check(false);
  await destination.check(false);
  const { bytes, sum, description } = await exportModel(model);
  const campaign = nameCampaign({
    source: source.location,
    destination: destination.location,
    model: sum,
    options: optionsFor(description),
  });
  // Before anything is noted: a source that is refused leaves no campaign behind.
  const pictures = await picturesOf(source, campaign.options);
  await claim(queue, campaign, destination, force);
  await destination.write(campaignFiles.model, bytes);
  await destination.write(campaignFiles.campaign, encode(campaign));
  const known = await readKnown(destination);
  const kept = known.reduce((sum, { chunk }) => sum + chunk.pictures.length, 0);
  const submitted = new Date().toISOString();
  let queued = 0;
  const note = () => queue.state.submit({ ...campaign, submitted, pictures: kept + queued });
  await note(); // before the chunks: workers look the campaign up
  await queueKnown(queue, campaign, known);
  const tags = tagsOf(known);
  const fresh = pictures.filter(({ name, etag }) => tags.get(name) !== etag);
  for (const chunk of chunksOf(fresh, submitted)) {
    await destination.write(campaignFiles.chunk(chunk.id), encode(chunk));
    await queueChunks(queue, [{ campaign: campaign.id, chunk: chunk.id, retry: false }]);
    queued += chunk.pictures.length;
    await note();
  }
  return { campaign, queued, kept };
}

function intoSource({ location }: Source): UserError {
  return new UserError(
    `Cannot write the results into "${location}": the images come from there; use another destination`,
  );
}

async function exportModel(model: string) {
  const refuse = (error: unknown): never => {
    throw new UserError(
      `Cannot export "${model}" to "${tmpdir()}": ${messageOf(error)}; set TMPDIR to another folder`,
    );
  };
  const folder = await mkdtemp(join(tmpdir(), 'pix2pix-')).catch(refuse);
  try {
    const file = join(folder, 'model.onnx');
    const description = await writeModelOf(model, file, refuse);
    return { ...(await readHashed(file)), description };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes sure that no other campaign has the destination. */
async function claim(
  queue: BulkQueue,
  { id }: Campaign,
  destination: Destination,
  force: boolean,
): Promise<void> {
  const bytes = await destination.read(campaignFiles.campaign);
  if (!bytes) return;
  const other = campaignSchema.parse(decode(bytes));
  if (other.id === id) return;
  if (!force) {
    throw new UserError(
      `Cannot write into "${destination.location}": it belongs to campaign ${other.id} (another model, source or options); use another destination, or replace that campaign with --force`,
    );
  }
  await cancelCampaign(queue, other.id);
  await destination.remove(campaignFiles.folder);
}

/** A chunk of an earlier submission; with a receipt if it is done. */
interface KnownChunk {
  readonly chunk: Chunk;
  readonly receipt: Receipt | null;
}

/** The chunks in the destination, in the order in which they were submitted. */
async function readKnown(destination: Destination): Promise<KnownChunk[]> {
  const known: KnownChunk[] = [];
  for (const file of await destination.names(campaignFiles.chunks)) {
    const chunk = await readJson(destination, `${campaignFiles.chunks}/${file}`, chunkSchema.parse);
    if (!chunk) continue;
    const receipt = await readJson(destination, campaignFiles.receipt(chunk.id), receiptSchema.parse);
    known.push({ chunk, receipt });
  }
  return known.sort((a, b) => (a.chunk.submitted < b.chunk.submitted ? -1 : 1));
}

/** Queues the unfinished chunks of an earlier submission, and restores the results of finished ones in Redis, in case it lost them. */
async function queueKnown(queue: BulkQueue, { id }: Campaign, known: readonly KnownChunk[]): Promise<void> {
  for (const { chunk, receipt } of known) {
    if (receipt) await queue.state.setDone(id, chunk.id, chunk.pictures.length);
    else await queueChunks(queue, [{ campaign: id, chunk: chunk.id, retry: false }]);
  }
  for (const [name, failure] of failuresOf(known)) await queue.state.fail(id, name, failure);
}

/** The newest tag of each picture that was submitted before. */
function tagsOf(known: readonly KnownChunk[]): ReadonlyMap<string, string> {
  return new Map(known.flatMap(({ chunk }) => chunk.pictures.map(({ name, etag }) => [name, etag] as const)));
}

/** Of each picture the newest chunk counts: in an earlier one it may have failed before it was replaced. */
function failuresOf(known: readonly KnownChunk[]): ReadonlyMap<string, Failure> {
  const failures = new Map<string, Failure>();
  for (const { chunk, receipt } of known) {
    for (const { name } of chunk.pictures) failures.delete(name);
    for (const [name, reason] of Object.entries(receipt?.failures ?? {}))
      failures.set(name, { chunk: chunk.id, reason });
  }
  return failures;
}

/** All pictures of a source. Throws UserError if there are none, or two would have the same result. */
async function picturesOf(source: Source, { format }: BulkOptions): Promise<SourcePicture[]> {
  const pictures: SourcePicture[] = [];
  const byResult = new Map<string, string>();
  for await (const picture of source.list()) {
    const result = resultName(picture.name, format);
    const other = byResult.get(result);
    if (other !== undefined) {
      throw new UserError(
        `Cannot translate "${other}" and "${picture.name}" together: both would become "${result}"; rename one`,
      );
    }
    byResult.set(result, picture.name);
    assertBelow(picture.name);
    pictures.push(picture);
  }
  if (pictures.length > 0) return pictures;
  throw new UserError(
    `Cannot translate "${source.location}": it has no JPEG, PNG, WebP, AVIF, TIFF or BMP images`,
  );
}

/** Objects in buckets may have any name, also one that would lead out of a folder. */
function assertBelow(name: string): void {
  if (!posix.isAbsolute(name) && posix.normalize(name) === name && !name.startsWith('..')) return;
  throw new UserError(`Cannot translate "${name}": its name is no path below a folder; rename it`);
}

function* chunksOf(pictures: readonly SourcePicture[], submitted: string): Generator<Chunk> {
  for (let from = 0; from < pictures.length; from += CHUNK)
    yield nameChunk({ submitted, pictures: pictures.slice(from, from + CHUNK) });
}

async function readJson<T>(
  destination: Destination,
  name: string,
  parse: (value: unknown) => T,
): Promise<T | null> {
  const bytes = await destination.read(name);
  return bytes && parse(decode(bytes));
}

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
