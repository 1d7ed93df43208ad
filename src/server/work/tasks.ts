import { exportModel } from './export-model.ts';
import { readPicture } from './read-picture.ts';
import { survey } from './survey.ts';
import { timeSteps } from './time-steps.ts';
import { translateImages, translatePicture } from './translate.ts';
import { pairPicture, viewPair } from './view-pair.ts';

/** Everything that takes too long for the process that answers requests; each takes and returns plain data. */
export const tasks = {
  translatePicture,
  translateImages,
  viewPair,
  pairPicture,
  readPicture,
  exportModel,
  survey,
  timeSteps,
};

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;
