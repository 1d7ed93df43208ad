import { relative } from 'node:path';
import type { RunConfig } from '../../config/config.ts';
import { directionToPhotos, summarizeSide } from '../../data/inspection/describe-sides.ts';
import { findProblems } from '../../data/inspection/find-problems.ts';
import { namedPalette } from '../../data/inspection/named-palette.ts';
import { pairSheet } from '../../data/inspection/pair-sheet.ts';
import { problemAdvice } from '../../data/inspection/problem.ts';
import { surveyDataSet } from '../../data/inspection/survey.ts';
import { loadPair } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { decodeUntrusted } from '../../images/decoding/decode.ts';
import { encodePng } from '../../images/encoding/encode.ts';
import { shownImage } from '../../images/picture.ts';
import type { DatasetDetail } from '../api.ts';
import { seenPair } from './seen-pair.ts';

/** The findings of `inspect` in up to `limit` pairs of each split, and the contact sheet. */
export interface Survey extends Pick<DatasetDetail, 'surveyed' | 'sides' | 'advice' | 'problems'> {
  readonly sheet: Uint8Array | null;
}

export async function survey({
  folder,
  limit,
}: {
  readonly folder: string;
  readonly limit: number;
}): Promise<Survey> {
  const findings = await surveyDataSet(folder, { limit });
  const [a, b] = [summarizeSide(findings, 'a'), summarizeSide(findings, 'b')];
  const sheet = await pairSheet(findings);
  return {
    surveyed: limit,
    sides: { a: namedPalette(a), b: namedPalette(b) },
    advice: directionToPhotos(a, b),
    problems: findProblems(findings).map(problem => ({
      ...problem,
      files: problem.files.map(file => relative(folder, file)),
      fix: problemAdvice[problem.kind].fix,
    })),
    sheet: sheet?.picture ?? null,
  };
}

/** One side of a pair as PNG, in its own size. */
export async function pairPicture({
  files,
  side,
}: {
  readonly files: PairFiles;
  readonly side: 'a' | 'b';
}): Promise<Uint8Array> {
  const { condition: a, target: b } = await loadPair(files, 'AtoB');
  return encodePng(side === 'a' ? a : b);
}

/** One side of a pair as PNG, as a run sees it. */
export async function seenPicture({
  files,
  part,
  config,
}: {
  readonly files: PairFiles;
  readonly part: 'condition' | 'target';
  readonly config: RunConfig;
}): Promise<Uint8Array> {
  const pair = await seenPair(files, config);
  return encodePng(shownImage(pair[part]));
}

/** A picture of any readable format, as an 8-bit PNG. */
export async function readPicture({
  picture,
  name,
  pixels,
}: {
  readonly picture: Uint8Array;
  readonly name: string;
  readonly pixels: number;
}): Promise<Uint8Array> {
  return encodePng(await decodeUntrusted(picture, name, pixels));
}
