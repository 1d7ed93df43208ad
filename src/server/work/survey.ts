import { relative } from 'node:path';
import { classColors } from '../../data/facades/palette.ts';
import { directionToPhotos, type SideSummary, summarizeSide } from '../../data/inspection/describe-sides.ts';
import { findProblems } from '../../data/inspection/find-problems.ts';
import { problemAdvice } from '../../data/inspection/problem.ts';
import { surveyDataSet } from '../../data/inspection/survey.ts';
import { pairSheet } from '../../pictures/pair-sheet.ts';
import type { DatasetDetail, Palette } from '../api.ts';

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
    sides: { a: paletteOf(a), b: paletteOf(b) },
    advice: directionToPhotos(a, b),
    problems: findProblems(findings).map(problem => ({
      ...problem,
      files: problem.files.map(file => relative(folder, file)),
      fix: problemAdvice[problem.kind].fix,
    })),
    sheet: sheet?.picture ?? null,
  };
}

function paletteOf({ kind, gray, colors }: SideSummary): Palette {
  return { kind, gray, colors: colors.map(color => ({ color, name: nameOf(color) })) };
}

// JPEG moves a label map's colours about as much.
const sameRange = 24;

/** The facade class whose colour it is, as far as a colour can tell. */
function nameOf(color: string): string | null {
  const levels = [1, 3, 5].map(at => Number.parseInt(color.slice(at, at + 2), 16));
  const found = Object.entries(classColors).find(([, known]) =>
    known.every((level, c) => Math.abs(level - levels[c]!) <= sameRange),
  );
  return found?.[0] ?? null;
}
