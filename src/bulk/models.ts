import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Computing } from '../runtime/session.ts';
import { startTaskProcess, TaskLostError, type TaskProcess } from '../runtime/task-process.ts';
import type { TranslationJob } from '../translate/plan-outputs.ts';
import { type BulkOptions, type Campaign, campaignFiles } from './campaign.ts';
import { BadPictureError, type Destination } from './places/place.ts';
import { HandBack } from './queue.ts';

export interface TranslationTask extends TranslationJob {
  /** Path of the model's file. */
  readonly model: string;
  readonly computing: Computing;
  readonly options: BulkOptions;
}

/** Milliseconds for one picture. */
const LONGEST = 1_800_000;

/** Translates pictures in a separate process, one at a time. */
export interface PictureTranslator {
  /**
   * Throws {@link BadPictureError} if the picture can't be translated, and UserError if the model or the device can't be
   * used.
   * @param assertWanted called when it is the picture's turn; may throw to leave it out.
   */
  translate(task: TranslationTask, assertWanted: () => Promise<void>): Promise<void>;
  close(): void;
}

/**
 * If a picture crashes the process, it is started again; a picture that does so twice is to blame.
 * @param signal once aborted, no further picture is begun: {@link HandBack} is thrown.
 */
export function createPictureTranslator(
  signal: AbortSignal,
  child: TaskProcess = startTaskProcess(new URL('./process.js', import.meta.url), { milliseconds: LONGEST }),
): PictureTranslator {
  let last: Promise<unknown> = Promise.resolve();
  const once: PictureTranslator['translate'] = (task, assertWanted) => {
    const result = last.then(async () => {
      await assertWanted();
      if (signal.aborted) throw new HandBack();
      const reason = await child.run(task);
      if (typeof reason === 'string') throw new BadPictureError(reason);
    });
    last = result.catch(() => {});
    return result;
  };
  const explain = (error: unknown): never => {
    if (error instanceof TaskLostError)
      throw new BadPictureError('Cannot translate it: the worker process crashed or timed out twice');
    throw error;
  };
  return {
    translate: (task, assertWanted) =>
      once(task, assertWanted)
        .catch(error => {
          if (error instanceof TaskLostError) return once(task, assertWanted);
          throw error;
        })
        .catch(explain),
    close: () => child.close(),
  };
}

/** Copies the campaign's model into a folder; returns its path. Throws UserError unless it is the one that was submitted. */
export async function fetchModel(
  { id, model }: Campaign,
  destination: Destination,
  folder: string,
): Promise<string> {
  const bytes = await destination.read(campaignFiles.model);
  const refuse = (reason: string) => {
    throw new UserError(
      `Cannot use the model of campaign ${id} in "${destination.location}": ${reason}; submit the campaign again`,
    );
  };
  if (!bytes) return refuse('it is missing');
  if (createHash('sha256').update(bytes).digest('hex') !== model)
    return refuse('it is not the one that was submitted');
  const path = join(folder, `${model}.onnx`);
  await writeFile(path, bytes);
  return path;
}
