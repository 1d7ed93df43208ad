import type { RunSummary } from '../../src/server/api.ts';
import { link } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { Badge, Progress } from '../parts/badge.tsx';
import { formatAge, formatCount, formatDuration, formatNumber, pathOf } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Failure, Loading } from '../parts/states.tsx';

export function RunsPage() {
  const { value, error } = useLoaded(api.runs, [], 2000);
  return (
    <>
      <div class="page-head">
        <h1>Runs</h1>
        <a class="button primary" href={link('new')}>
          <Icon name="add" />
          New run
        </a>
      </div>
      {error && <Failure text={error} />}
      {value?.runs.length === 0 && <NoRuns />}
      {value ? (
        <ul class="cards">
          {value.runs.map(run => (
            <li key={run.id}>
              <RunCard run={run} />
            </li>
          ))}
        </ul>
      ) : (
        !error && <Loading />
      )}
    </>
  );
}

function NoRuns() {
  return (
    <div class="empty">
      <h2>No runs yet</h2>
      <p>
        Start a run here with your own pairs, or run <code>npx pix2pix demo</code> on the command line. This
        page shows its progress.
      </p>
      <a class="button primary" href={link('new')}>
        <Icon name="add" />
        New run
      </a>
    </div>
  );
}

function RunCard({ run }: { readonly run: RunSummary }) {
  const { id, status, sample, step, totalSteps, losses } = run;
  const active = ['running', 'paused', 'queued', 'stopping'].includes(status);
  return (
    <a class="card" href={link('run', id)}>
      <div class="card-picture">
        {sample ? (
          <img src={sample.url} alt={`Latest samples of ${pathOf(id)}`} loading="lazy" />
        ) : (
          <Icon name="picture" />
        )}
      </div>
      <div class="card-body">
        <div class="row spread">
          <h2>{pathOf(id)}</h2>
          <Badge status={status} />
        </div>
        <p class="small muted">
          {run.preset} · {run.size.join('×')} · {run.direction === 'AtoB' ? 'A → B' : 'B → A'}
        </p>
        {active && totalSteps !== null && (
          <Progress share={step / totalSteps} label={`Training of ${pathOf(id)}`} />
        )}
        <p class="small muted">
          {formatCount(step)}
          {totalSteps === null ? '' : ` of ${formatCount(totalSteps)}`} steps
          {losses && losses.l1 > 0 ? ` · L1 ${formatNumber(losses.l1)}` : ''}
          {status === 'running' && run.secondsLeft !== null
            ? ` · ${formatDuration(run.secondsLeft)} left`
            : ` · ${formatAge(run.updated)}`}
        </p>
        {status === 'failed' && run.message && <p class="small bad-text">{run.message}</p>}
      </div>
    </a>
  );
}
