import { stat } from 'node:fs/promises';
import type { Survey } from '../work/survey.ts';
import type { Worker } from '../work/worker.ts';

const pairsLookedAt = 24;
const kept = 20;
const surveys = new Map<string, { readonly stamp: string; readonly survey: Promise<Survey> }>();

/** The survey of a data set, made once for as long as its folder stays as it is. */
export async function surveyOf(pictures: Worker, folder: string): Promise<Survey> {
  const stamp = String((await stat(folder)).mtimeMs);
  const known = surveys.get(folder);
  if (known?.stamp === stamp) return known.survey;
  const survey = pictures.run('survey', { folder, limit: pairsLookedAt });
  surveys.delete(folder);
  surveys.set(folder, { stamp, survey });
  survey.catch(() => surveys.delete(folder));
  for (const oldest of [...surveys.keys()].slice(0, -kept)) surveys.delete(oldest);
  return survey;
}
