import { exportModel, timeSteps, translateImages, translatePicture, viewPair } from './models.ts';
import { pairPicture, readPicture, seenPicture, survey } from './pictures.ts';

/** The tasks that take too long for the process that answers requests; they take and return plain data. */
export const tasks = {
  translatePicture,
  translateImages,
  viewPair,
  pairPicture,
  seenPicture,
  readPicture,
  exportModel,
  survey,
  timeSteps,
};

export interface TaskRequest {
  readonly task: TaskName;
  readonly input: unknown;
}

export function runTask({ task, input }: TaskRequest): Promise<unknown> {
  return (tasks[task] as (input: unknown) => Promise<unknown>)(input);
}

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0];
export type TaskOutput<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;
