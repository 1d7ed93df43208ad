import { unzipSync, zipSync } from 'fflate';
import type { RunConfig } from '../config/config.ts';
import { UserError } from '../core/errors.ts';
import { decodeWeights, encodeWeights } from '../formats/safetensors.ts';
import { isIntact, readZipDirectory } from '../formats/zip-directory.ts';
import {
  checkpointFiles,
  checkpointName,
  decodeManifest,
  decodeSums,
  encodeManifest,
  encodeSums,
  type Position,
  sumsFile,
} from '../runs/checkpoint/manifest.ts';
import { sha256 } from '../runs/checkpoint/sha256.ts';
import { logFile } from '../runs/events.ts';
import { packageVersion } from '../runs/version.ts';
import type { SavedState, TrainingState } from '../step/training-state.ts';

/** A run at one point, as a run folder holds it. */
export interface ArchivedRun {
  readonly config: RunConfig;
  readonly position: Position;
  /** Names the training pairs: `pairsFingerprint`. */
  readonly pairs: string;
  readonly seconds: number;
  readonly epochSeconds: number;
  /** The events so far, one JSON object per line. */
  readonly log: string;
  readonly state: SavedState;
}

/** A run folder with one checkpoint as a zip, which `pix2pix translate` and `train --resume` take once unpacked. */
export async function packRun(
  name: string,
  run: Omit<ArchivedRun, 'state'>,
  { model, optimizerState, counts, streams }: TrainingState,
): Promise<Uint8Array> {
  const { config, position, pairs, seconds, epochSeconds } = run;
  const log = text(run.log);
  const states = Object.entries(streams).map(([key, stream]) => [key, stream.state()] as const);
  const training = {
    pairs,
    log: log.length,
    seconds,
    epochSeconds,
    counts,
    streams: Object.fromEntries(states),
  };
  const metadata = {
    config: JSON.stringify(config),
    epoch: `${position.epoch}`,
    step: `${position.step}`,
  };
  const files: Record<string, Uint8Array> = {
    [checkpointFiles.model]: encodeWeights(model, metadata),
    [checkpointFiles.optimizerState]: encodeWeights(optimizerState),
    [checkpointFiles.manifest]: text(encodeManifest({ config, position, best: null, training })),
  };
  const sums: Record<string, string> = {};
  for (const [file, bytes] of Object.entries(files)) sums[file] = await sha256(bytes);
  files[sumsFile] = text(encodeSums(sums));
  const folder = `${name}/checkpoints/${checkpointName(position.step)}`;
  const entries = Object.entries(files).map(([file, bytes]) => [`${folder}/${file}`, bytes]);
  const saved = text(`${JSON.stringify({ version: packageVersion, ...config }, null, 2)}\n`);
  // Weights don't compress.
  return zipSync(
    { [`${name}/config.json`]: saved, [`${name}/${logFile}`]: log, ...Object.fromEntries(entries) },
    { level: 0 },
  );
}

const text = (content: string) => new TextEncoder().encode(content);

/**
 * The newest checkpoint in a zipped run folder. Throws {@link UserError} if there is none to resume from, or if its
 * checksums differ.
 */
export async function unpackRun(zip: Uint8Array, name = 'the archive'): Promise<ArchivedRun> {
  const refuse = (reason: string): never => {
    throw new UserError(`Cannot resume from ${name}: ${reason}`);
  };
  const files = unzip(zip, refuse);
  const manifests = Object.keys(files).filter(path => path.endsWith(`/${checkpointFiles.manifest}`));
  const newest = manifests.sort().at(-1) ?? refuse('it holds no checkpoint');
  const folder = newest.slice(0, -checkpointFiles.manifest.length);
  await assertSums(files, folder, refuse);
  const { config, position, training } = decodeManifest(new TextDecoder().decode(files[newest]), name);
  const [model, optimizerState] = [
    files[folder + checkpointFiles.model],
    files[folder + checkpointFiles.optimizerState],
  ];
  if (!model || !optimizerState || !training) return refuse('it holds a model to use, not one to train on');
  return {
    config,
    position,
    pairs: training.pairs,
    seconds: training.seconds,
    epochSeconds: training.epochSeconds,
    log: logIn(files, folder, training.log),
    state: {
      model: decodeWeights(model, name).tensors,
      optimizerState: decodeWeights(optimizerState, name).tensors,
      counts: training.counts,
      streams: training.streams,
    },
  };
}

/** The first bytes of the log beside the checkpoints; archives of older versions have none. */
function logIn(files: Readonly<Record<string, Uint8Array>>, checkpoint: string, bytes: number): string {
  const run = checkpoint.slice(0, checkpoint.indexOf('checkpoints/'));
  return new TextDecoder().decode(files[run + logFile]?.subarray(0, bytes));
}

type Refuse = (reason: string) => never;

function unzip(zip: Uint8Array, refuse: Refuse): Record<string, Uint8Array> {
  try {
    const files = unzipSync(zip);
    const damaged = [...readZipDirectory(zip)].find(entry => {
      const content = files[entry.name];
      return content && !isIntact(content, entry);
    });
    return damaged ? refuse(damagedFile(damaged.name)) : files;
  } catch (error) {
    if (error instanceof UserError) throw error;
    return refuse('it is no zip of a run folder, or a damaged one');
  }
}

/** A checkpoint's files have to match its list of checksums, if it has one. */
async function assertSums(files: Readonly<Record<string, Uint8Array>>, folder: string, refuse: Refuse) {
  const list = files[folder + sumsFile];
  for (const [file, sum] of list ? decodeSums(new TextDecoder().decode(list)) : []) {
    const bytes = files[folder + file];
    if (!bytes || (await sha256(bytes)) !== sum) refuse(damagedFile(folder + file));
  }
}

function damagedFile(path: string): string {
  return `"${path}" in it is damaged (wrong checksum); copy or save it again`;
}
