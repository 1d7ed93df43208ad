import { join } from 'node:path';
import { Random } from '../core/random.ts';
import { readExamples, sampleBatch } from '../data/loading/loader.ts';
import { steadyTransform } from '../data/loading/transform.ts';
import { writeFile } from '../files/write.ts';
import { shownImage } from '../images/picture.ts';
import { meanOf } from '../metrics/bootstrap.ts';
import { type MetricName, metricNames, metrics } from '../metrics/index.ts';
import type { ValidationEvent } from '../runs/events.ts';
import { runPaths } from '../runs/run-folder.ts';
import type { ActiveRun } from './active-run.ts';
import { gridPicture, PICTURES_PER_GRID } from './samples.ts';
import { noteScore } from './save-checkpoint.ts';

const READ_AHEAD = 2;

/** Whether the networks are to be validated after the current step. */
export function isValidationDue({ position: { step }, runData, request: { config } }: ActiveRun): boolean {
  const { everySteps } = config.validation;
  return everySteps !== null && runData.validation.length > 0 && step % everySteps === 0;
}

/** Whether the score has not improved for `patience` validations. */
export function shouldStopEarly({ best, position, request: { config } }: ActiveRun): boolean {
  const { everySteps, patience } = config.validation;
  if (everySteps === null || patience === null || best === null) return false;
  return position.step - best.step >= patience * everySteps;
}

/** Translates the validation pairs, always with the same noise, scores them, and draws the first three. */
export async function validate(run: ActiveRun): Promise<ValidationEvent> {
  const { request, runData, translation, position } = run;
  const { config, runFolder } = request;
  const { metric } = config.validation;
  const random = Random.fromSeed(config.seed).split('validation');
  const transform = steadyTransform(config.size, config.resize.mode);
  const examples = runData.validation.map(pair => ({ pair, transform }));
  const scored: Record<string, number>[] = [];
  for await (const { condition, target } of readExamples(examples, READ_AHEAD, runData.loading)) {
    scored.push(scoresOf(shownImage(await translation.run(condition, random)), shownImage(target)));
  }
  const path = join(runPaths(runFolder).samples, `validation-${String(position.step).padStart(7, '0')}.png`);
  const shown = runData.validation.slice(0, PICTURES_PER_GRID);
  const batch = await sampleBatch(shown, PICTURES_PER_GRID, random, runData.loading);
  await writeFile(path, await gridPicture(batch, config, image => translation.run(image, random)));
  const values = meansOf(scored);
  const value = values[metric];
  if (value !== undefined) noteScore(run, metric, value, metrics[metric].better);
  const isBest = run.best?.step === position.step;
  return { type: 'validation', ...position, pairs: scored.length, values, metric, isBest, path };
}

function scoresOf(...pair: Parameters<(typeof metrics)['l1']['measure']>): Record<string, number> {
  const values = metricNames.map(name => [name, metrics[name].measure(...pair)] as const);
  return Object.fromEntries(values.filter((entry): entry is [MetricName, number] => entry[1] !== null));
}

/** By metric, over the pictures that it is defined for. */
function meansOf(scored: readonly Record<string, number>[]): Partial<Record<MetricName, number>> {
  const means = metricNames.flatMap(name => {
    const values = scored.flatMap(each => each[name] ?? []);
    return values.length === 0 ? [] : [[name, meanOf(values)] as const];
  });
  return Object.fromEntries(means);
}
