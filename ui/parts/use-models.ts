import type { IncludedModel, RunSummary } from '../../src/server/api.ts';
import { link, navigate, type Route, useRedirect } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { chooseIncluded, chooseRun } from './chosen-model.ts';
import type { ModelChoice } from './model-picker.tsx';

/** Runs that have a checkpoint, newest first; null while they load. */
export function useTrainedRuns(): {
  readonly runs: readonly RunSummary[] | null;
  readonly error: string | null;
} {
  const { value, error } = useLoaded(api.runs, [], 10_000);
  return { runs: value?.runs.filter(({ checkpoint }) => checkpoint !== null) ?? null, error };
}

/**
 * The model that the URL names; without one, the newest run's or the first included one, which the URL then names, as
 * another run may soon be the newest. Choosing another changes the URL. A run wins over an included model of the same name.
 */
export function useChosenModel(route: Route) {
  const { runs, error } = useTrainedRuns();
  const models = useLoaded(api.models, []);
  const known = runs && models.value && { runs, included: withoutRuns(models.value, runs) };
  const first = known?.runs[0]?.id ?? known?.included[0]?.id ?? null;
  useRedirect(route.id === null && first !== null ? link(route.page, first) : null);
  const id = route.id ?? first;
  const included = known?.included.find(each => each.id === id);
  const checkpoint = known?.runs.find(each => each.id === id)?.checkpoint;
  const chosen = useLoaded(
    async signal => {
      if (id === null || !known) return null;
      return included ? chooseIncluded(included) : chooseRun(id, signal);
    },
    [id, known === null, included === undefined, checkpoint],
  );
  const step = route.query.get('step');
  const choice: ModelChoice | null =
    id === null ? null : { run: id, step: step === null ? null : Number(step) };
  return {
    /** Null while they load. */
    known,
    choice,
    model: chosen.value?.id === id ? chosen.value : null,
    error: error ?? models.error ?? chosen.error,
    choose: ({ run, step }: ModelChoice) =>
      navigate(link(route.page, run, step === null ? {} : { step: String(step) })),
  };
}

function withoutRuns(
  models: readonly IncludedModel[],
  runs: readonly RunSummary[],
): readonly IncludedModel[] {
  return models.filter(({ id }) => !runs.some(run => run.id === id));
}
