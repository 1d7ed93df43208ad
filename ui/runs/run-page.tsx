import type { Size } from '../../src/core/sizes.ts';
import { metrics } from '../../src/metrics/index.ts';
import type { ValidationEvent } from '../../src/runs/events.ts';
import type { RunDetail } from '../../src/server/api.ts';
import { link } from '../app/router.ts';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { Badge, Progress } from '../parts/badge.tsx';
import { formatCount, formatDuration, formatNumber, pathOf } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { RunActions } from './actions.tsx';
import { ConfigView } from './config-view.tsx';
import { Curves } from './curves.tsx';
import { PatchMap } from './patch-map.tsx';
import { type Message, type RunStream, useRunStream } from './run-log.ts';
import { SampleStrip } from './sample-strip.tsx';

/** One run, live or saved: both have the same events. */
export function RunPage({ id }: { readonly id: string }) {
  const stream = useRunStream(id);
  const { log, state } = stream;
  // The rest changes with the run's state and with its checkpoints.
  const detail = useLoaded(
    signal => api.run(id, signal),
    [id, state?.status, log.checkpoints.length, stream.caughtUp],
  );
  if (detail.error && !detail.value) return <Failure text={detail.error} />;
  if (!detail.value) return <Loading />;
  return <RunView detail={detail.value} stream={stream} onChange={detail.reload} />;
}

interface Props {
  readonly detail: RunDetail;
  readonly stream: RunStream;
  readonly onChange: () => void;
}

function RunView({ detail, stream: { log, state, connection, refusal }, onChange }: Props) {
  const { status, actions, message } = state ?? detail;
  return (
    <>
      <div class="page-head">
        <div class="row">
          <a class="button icon quiet" href={link('runs')} aria-label="All runs">
            <Icon name="back" />
          </a>
          <h1>{pathOf(detail.id)}</h1>
          <Badge status={status} />
          {connection === 'lost' && (
            <span class="connection">{refusal ?? 'Connection lost, reconnecting'}</span>
          )}
        </div>
        <RunActions detail={detail} actions={actions} onDone={onChange} />
      </div>
      <div class="stack">
        {message && (
          <div class={`message ${status === 'failed' ? 'bad' : 'warning'}`} role="status">
            {message}
          </div>
        )}
        <Facts detail={detail} log={log} running={status === 'running'} />
        <div class="run-columns">
          <div class="stack">
            <Curves columns={log.columns} points={log.columns.step.at(-1) ?? 0} />
            {detail.checkpoint !== null && detail.dataset !== null && <PatchMap detail={detail} />}
            <Messages messages={log.messages} />
          </div>
          <SampleStrip run={detail.id} samples={log.samples} hasPair={log.hasPair} />
        </div>
        <ConfigView config={detail.config} />
      </div>
    </>
  );
}

/** Its validation scores, if it validates. */
function validationFacts({ validation, best }: RunStream['log']): [title: string, value: string][] {
  if (!validation) return [];
  const value = (event: ValidationEvent) => formatNumber(event.values[event.metric] ?? Number.NaN);
  const title = `Validation ${metrics[validation.metric].title}`;
  return [[title, best ? `${value(validation)}, best ${value(best)}` : value(validation)]];
}

/** `64 × 64, growing to 128 × 128` */
function sizeNow(now: Size, last: Size): string {
  const isLast = showSize(now) === showSize(last);
  return isLast ? showSize(last) : `${showSize(now)}, growing to ${showSize(last)}`;
}

const showSize = (size: Size) => size.join(' × ');

interface FactsProps {
  readonly detail: RunDetail;
  readonly log: RunStream['log'];
  readonly running: boolean;
}

function Facts({ detail, log, running }: FactsProps) {
  const last = log.last;
  const step = last?.step ?? detail.step;
  const totalSteps = last?.totalSteps ?? detail.totalSteps;
  const facts: readonly (readonly [title: string, value: string])[] = [
    ['Step', totalSteps === null ? formatCount(step) : `${formatCount(step)} / ${formatCount(totalSteps)}`],
    ['Epoch', `${(last?.epoch ?? detail.epoch) + 1} / ${detail.epochs}`],
    ['Images per second', last ? formatNumber(last.imagesPerSecond) : '–'],
    ['Time left', last && running ? formatDuration(last.secondsLeft) : '–'],
    ['Size', running && log.size ? sizeNow(log.size, detail.size) : showSize(detail.size)],
    ['Preset', `${detail.preset}, ${detail.direction === 'AtoB' ? 'A → B' : 'B → A'}`],
    ...(detail.device === null ? [] : ([['Device', detail.device]] as const)),
    ...validationFacts(log),
  ];
  return (
    <section class="panel facts-panel" aria-label="Progress">
      <dl class="facts">
        {facts.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd data-fact={title}>{value}</dd>
          </div>
        ))}
      </dl>
      {totalSteps !== null && <Progress share={step / totalSteps} label="Training" />}
    </section>
  );
}

/** The run's notes, including the guard's warnings, newest first. */
export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  if (messages.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="messages-title">
      <h2 id="messages-title">Messages</h2>
      <ul class="stack messages" aria-live="polite">
        {messages.toReversed().map(({ kind, step, text }) => (
          <li key={`${step} ${text}`} class={`message ${kind}`}>
            <p>
              {step !== null && <strong>After step {formatCount(step)}: </strong>}
              {text}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
