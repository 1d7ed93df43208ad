import { useEffect, useRef, useState } from 'preact/hooks';
import type { Estimate, TrainingRequest } from '../../src/server/api.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { formatCount, formatDuration } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Failure } from '../parts/states.tsx';

/** How long the input must stay unchanged before it is checked. */
const DEBOUNCE_MILLISECONDS = 400;

/** The run's number of steps, and on request the time it would take, measured with a few real steps. */
export function EstimateView({ request }: { readonly request: TrainingRequest }) {
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const key = JSON.stringify(request);
  const newest = useRef(key);
  newest.current = key;
  useEffect(() => {
    setEstimate(null);
    setError(null);
    let current = true;
    const timer = setTimeout(() => {
      api.estimate(request, false).then(
        plan => {
          // A measurement that arrived meanwhile is better.
          if (current) setEstimate(measured => measured ?? plan);
        },
        (problem: Error) => current && setError(problem.message),
      );
    }, DEBOUNCE_MILLISECONDS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key]);
  const measure = async () => {
    setBusy(true);
    const isNewest = () => newest.current === key;
    await api.estimate(request, true).then(
      plan => {
        if (isNewest()) {
          setEstimate(plan);
          setError(null);
        }
        if (plan.seconds === null) showError('Cannot measure now: a training is running');
      },
      (problem: Error) => isNewest() && setError(problem.message),
    );
    setBusy(false);
  };
  return (
    <div class="stack">
      {error && <Failure text={error} />}
      <div class="row">
        <button type="button" class="button" disabled={busy} onClick={measure}>
          <Icon name="clock" />
          {busy ? 'Measuring…' : 'Estimate the time'}
        </button>
        {estimate && <Numbers estimate={estimate} />}
      </div>
      {estimate?.notes.map(note => (
        <p key={note} class="message">
          {note}
        </p>
      ))}
    </div>
  );
}

function Numbers({
  estimate: { totalSteps, seconds, secondsPerStep, parameters, computing },
}: {
  readonly estimate: Estimate;
}) {
  return (
    <span data-testid="estimate">
      {seconds !== null && (
        <>
          about <strong>{formatDuration(seconds)}</strong> ·{' '}
        </>
      )}
      <span class="muted small">
        {formatCount(totalSteps)} steps
        {secondsPerStep !== null && ` of ${(secondsPerStep * 1000).toFixed(0)} ms`} ·{' '}
        {(parameters.generator / 1e6).toFixed(1)} million weights · on {computing}
      </span>
    </span>
  );
}
