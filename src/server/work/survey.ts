import { relative } from 'node:path';
import { directionToPhotos, summarizeSide } from '../../data/inspection/describe-sides.ts';
import { findProblems } from '../../data/inspection/find-problems.ts';
import { namedPalette } from '../../data/inspection/named-palette.ts';
import { pairSheet } from '../../data/inspection/pair-sheet.ts';
import { problemAdvice } from '../../data/inspection/problem.ts';
import { surveyDataSet } from '../../data/inspection/survey.ts';
import type { DatasetDetail } from '../api.ts';

/** What `inspect` finds in up to `limit` pairs of each split, and the contact sheet. */
export interface Survey extends Pick<DatasetDetail, 'looked' | 'sides' | 'advice' | 'problems'> {
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
    looked: limit,
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
