import { useState } from 'preact/hooks';
import type { Estimate, TrainingRequest } from '../../src/server/api.ts';
import { api } from '../client/api.ts';
import { formatCount, formatDuration } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Failure } from '../parts/states.tsx';

/** How long it would take, measured with a few real steps when asked. */
export function EstimateView({ request }: { readonly request: () => TrainingRequest }) {
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const measure = async () => {
    setBusy(true);
    setError(null);
    await api.estimate(request()).then(setEstimate, (problem: Error) => setError(problem.message));
    setBusy(false);
  };
  return (
    <div class="stack">
      <div class="row">
        <button type="button" class="button" disabled={busy} onClick={measure}>
          <Icon name="clock" />
          {busy ? 'Measuring some steps…' : 'Estimate the time'}
        </button>
        {estimate && <Numbers estimate={estimate} />}
      </div>
      {estimate?.notes.map(note => (
        <p key={note} class="message">
          {note}
        </p>
      ))}
      {error && <Failure text={error} />}
    </div>
  );
}

function Numbers({ estimate }: { readonly estimate: Estimate }) {
  const { totalSteps, seconds, secondsPerStep, parameters } = estimate;
  return (
    <span data-testid="estimate">
      {seconds === null ? (
        'Another training keeps this machine busy, so no time can be measured'
      ) : (
        <>
          about <strong>{formatDuration(seconds)}</strong>
        </>
      )}
      <span class="muted small">
        {' '}
        · {formatCount(totalSteps)} steps
        {secondsPerStep !== null && ` of ${(secondsPerStep * 1000).toFixed(0)} ms`} ·{' '}
        {(parameters.generator / 1e6).toFixed(1)} million weights
      </span>
    </span>
  );
}
