import type { RunDetail, RunSummary } from '../../src/server/api.ts';
import { link, navigate, type Route } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import type { ModelSource } from '../inference/model.ts';
import type { ModelChoice } from './model-picker.tsx';

/** Runs that have a checkpoint, newest first; null while they load. */
export function useModels(): { readonly runs: readonly RunSummary[] | null; readonly error: string | null } {
  const { value, error } = useLoaded(api.runs, [], 10_000);
  return { runs: value?.runs.filter(({ checkpoint }) => checkpoint !== null) ?? null, error };
}

/** The model that the URL names, otherwise the newest; choosing another changes the URL. */
export function useChosenModel(route: Route) {
  const { runs, error } = useModels();
  const step = route.query.get('step');
  const run = route.id ?? runs?.[0]?.id ?? null;
  const choice: ModelChoice | null = run === null ? null : { run, step: step === null ? null : Number(step) };
  const detail = useLoaded(async () => (run === null ? null : api.run(run)), [run]);
  return {
    runs,
    choice,
    detail: detail.value?.id === run ? detail.value : null,
    error: error ?? detail.error,
    choose: ({ run, step }: ModelChoice) =>
      navigate(link(route.page, run, step === null ? {} : { step: String(step) })),
  };
}

/** The source of a run's model. */
export function sourceOf(detail: RunDetail, step: number | null): ModelSource {
  // Names the newest checkpoint by its step, so that the browser can cache it.
  const knownStep = step ?? detail.checkpoint;
  return {
    url: api.modelUrl(detail.id, knownStep),
    translateUrl: api.translateUrl(detail.id, knownStep),
  };
}
