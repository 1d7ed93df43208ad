import type { IncludedModel, RunSummary } from '../../src/server/api.ts';
import { link, navigate, type Route } from '../app/router.ts';
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
 * The model that the URL names, otherwise that of the newest run, otherwise the first included one; choosing another
 * changes the URL. A run wins over an included model of the same name.
 */
export function useChosenModel(route: Route) {
  const { runs, error } = useTrainedRuns();
  const models = useLoaded(api.models, []);
  const known = runs && models.value && { runs, included: withoutRuns(models.value, runs) };
  const id = route.id ?? known?.runs[0]?.id ?? known?.included[0]?.id ?? null;
  const included = known?.included.find(each => each.id === id);
  const chosen = useLoaded(async () => {
    if (id === null || !known) return null;
    return included ? chooseIncluded(included) : chooseRun(id);
  }, [id, known === null, included === undefined]);
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
