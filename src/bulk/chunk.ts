import { messageOf, UserError } from '../core/errors.ts';
import { mapAhead } from '../core/map-ahead.ts';
import type { Computing } from '../runtime/session.ts';
import { resultName } from '../translate/plan-outputs.ts';
import {
  type Campaign,
  type Chunk,
  campaignFiles,
  chunkSchema,
  type Receipt,
  type SourcePicture,
} from './campaign.ts';
import type { PictureTranslator } from './models.ts';
import { folderDestination } from './places/folder.ts';
import { BadPictureError, type Destination, type Source } from './places/place.ts';
import { type ChunkJob, HandBack } from './queue.ts';
import type { BulkState } from './state.ts';

/** Pictures that are fetched while one is translated. */
const AHEAD = 4;

/** A campaign, ready to be worked on. */
export interface OpenCampaign {
  readonly campaign: Campaign;
  readonly source: Source;
  readonly destination: Destination;
  /** Path of the model's file on this machine. */
  readonly model: string;
  /** For copies of pictures. */
  readonly scratch: string;
}

export interface ChunkTools {
  readonly state: BulkState;
  readonly translator: PictureTranslator;
  readonly computing: Computing;
  /** Called after each picture. */
  readonly onPicture: (isGood: boolean) => void;
}

/**
 * Translates the pictures of a chunk that are left, in order. A picture that can't be translated goes into the list of
 * failures. Throws {@link HandBack} if the translator was stopped or the campaign cancelled, and UserError if source,
 * destination, model or device can't be used.
 */
export async function translateChunk(open: OpenCampaign, job: ChunkJob, tools: ChunkTools): Promise<void> {
  const { campaign, destination } = open;
  const { state } = tools;
  const chunk = await readChunk(destination, job.chunk);
  const todo = job.retry
    ? await failedPictures(campaign, chunk, state)
    : await picturesLeft(campaign, chunk, state);
  let done = chunk.pictures.length - todo.length;
  const work = (picture: SourcePicture) => translatePicture(open, picture, tools);
  for await (const { name, failure } of mapAhead(todo, AHEAD, work)) {
    await assertWanted(campaign, state);
    if (failure === undefined) await state.forgetFailure(campaign.id, name);
    else await state.fail(campaign.id, name, { chunk: chunk.id, reason: failure });
    if (!job.retry) await state.setDone(campaign.id, chunk.id, ++done);
  }
  await writeReceipt(open, chunk, state);
  await state.release(campaign.id, chunk.id);
}

async function readChunk(destination: Destination, id: string): Promise<Chunk> {
  const bytes = await destination.read(campaignFiles.chunk(id));
  if (bytes) return chunkSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  throw new UserError(
    `Cannot work on chunk ${id}: its list is missing in "${destination.location}"; submit the campaign again`,
  );
}

/** The pictures that are left. The first one is dropped if it has repeatedly crashed its workers. */
async function picturesLeft(
  { id }: Campaign,
  chunk: Chunk,
  state: BulkState,
): Promise<readonly SourcePicture[]> {
  const done = await state.done(id, chunk.id);
  const first = chunk.pictures[done];
  if (!first || !(await state.countTake(id, chunk.id, String(done)))) return chunk.pictures.slice(done);
  const reason = 'Cannot translate it: it crashed several workers';
  await state.fail(id, first.name, { chunk: chunk.id, reason });
  await state.setDone(id, chunk.id, done + 1);
  return chunk.pictures.slice(done + 1);
}

async function failedPictures(
  { id }: Campaign,
  chunk: Chunk,
  state: BulkState,
): Promise<readonly SourcePicture[]> {
  const failures = await state.failuresOf(id, chunk);
  const failed = chunk.pictures.filter(({ name }) => failures.has(name));
  const hasCrashedTooOften = await state.countTake(id, chunk.id, `retry-${failed.length}`);
  return hasCrashedTooOften ? failed.slice(1) : failed;
}

async function assertWanted({ id }: Campaign, state: BulkState): Promise<void> {
  if (await state.isCancelled(id)) throw new HandBack();
}

interface Outcome {
  readonly name: string;
  /** Why there is no result. */
  readonly failure?: string;
}

async function translatePicture(
  { campaign, source, destination, model, scratch }: OpenCampaign,
  { name }: SourcePicture,
  { state, translator, computing, onPicture }: ChunkTools,
): Promise<Outcome> {
  const { options } = campaign;
  const assertStillWanted = () => assertWanted(campaign, state);
  const result = resultName(name, options.format);
  const output = destination.pathFor(result, scratch);
  let input: string | undefined;
  try {
    input = await source.fetch(name, scratch);
    await translator.translate({ model, computing, options, input, output }, assertStillWanted);
    await assertStillWanted();
    await destination.keep(result, output);
    onPicture(true);
    return { name };
  } catch (error) {
    if (!(error instanceof BadPictureError)) throw error;
    // The cause may be a missing folder or a disk instead of the picture.
    await source.check(true);
    await destination.check(true);
    await folderDestination(scratch).check(true);
    onPicture(false);
    return { name, failure: messageOf(error).replaceAll(input ?? name, name) };
  } finally {
    if (input !== undefined) await source.release(input);
    await destination.release(output);
  }
}

/** Writes the chunk's outcome into the destination, in case Redis loses it. */
async function writeReceipt(
  { campaign, destination }: OpenCampaign,
  chunk: Chunk,
  state: BulkState,
): Promise<void> {
  const failures = await state.failuresOf(campaign.id, chunk);
  const receipt: Receipt = { chunk: chunk.id, failures: Object.fromEntries(failures) };
  await destination.write(campaignFiles.receipt(chunk.id), new TextEncoder().encode(JSON.stringify(receipt)));
}
