import { relative } from 'node:path';
import type { RunConfig } from '../../config/config.ts';
import { directionToPhotos, summarizeSide } from '../../data/inspection/describe-sides.ts';
import { findProblems } from '../../data/inspection/find-problems.ts';
import { namedPalette } from '../../data/inspection/named-palette.ts';
import { pairSheet } from '../../data/inspection/pair-sheet.ts';
import { problemAdvice } from '../../data/inspection/problem.ts';
import { surveyDataSet } from '../../data/inspection/survey.ts';
import { applyTransform, steadyTransform } from '../../data/loading/transform.ts';
import { loadPair } from '../../data/pair.ts';
import type { PairFiles } from '../../data/pair-files.ts';
import { decodeUntrusted } from '../../images/decoding/decode.ts';
import { encodePng } from '../../images/encoding/encode.ts';
import type { DatasetDetail } from '../api.ts';

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

/** One side of a pair as PNG, in its own size or as a run sees it. */
export async function pairPicture({
  files,
  side,
  seenBy,
}: {
  readonly files: PairFiles;
  readonly side: 'a' | 'b';
  readonly seenBy: RunConfig | null;
}): Promise<Uint8Array> {
  const { condition: a, target: b } = await loadPair(files, 'AtoB');
  const image = side === 'a' ? a : b;
  if (!seenBy) return encodePng(image);
  const { size, resize, direction } = seenBy;
  const part = (side === 'a') === (direction === 'AtoB') ? 'condition' : 'target';
  return encodePng(applyTransform(image, steadyTransform(size, resize.mode), resize[part]));
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
