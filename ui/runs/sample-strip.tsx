import { useEffect, useState } from 'preact/hooks';
import { runUrl } from '../client/api.ts';
import { Icon } from '../parts/icon.tsx';
import type { SamplePicture } from './run-log.ts';

interface Props {
  readonly run: string;
  readonly samples: readonly SamplePicture[];
  /** Whether there is a picture of the first pair, to show until the first sample. */
  readonly hasPair: boolean;
}

/** The pictures of every epoch, with a slider through the training. It follows the newest unless moved back. */
export function SampleStrip({ run, samples, hasPair }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const last = samples.length - 1;
  const at = Math.min(chosen ?? last, last);
  const sample = samples[at];
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (at >= last) {
        setPlaying(false);
        setChosen(null);
      } else setChosen(at + 1);
    }, 350);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  if (!sample)
    return (
      <section class="panel">
        <h2>Samples</h2>
        {hasPair && (
          <img class="sample-grid" src={runUrl(run, 'samples/pair.png')} alt="The first training pair" />
        )}
        <p class="muted small">
          {hasPair ? 'The first training pair. ' : ''}Samples appear after the first epoch.
        </p>
      </section>
    );
  return (
    <section class="panel" aria-labelledby="samples-title">
      <div class="panel-head">
        <h2 id="samples-title">Samples</h2>
        <span class="small muted" data-testid="sample-epoch">
          after epoch {sample.epoch + 1}
          {chosen === null && last > 0 ? ', the newest' : ''}
        </span>
      </div>
      <img
        class="sample-grid"
        src={runUrl(run, `samples/${sample.name}`)}
        alt={`Inputs, predictions and targets after epoch ${sample.epoch + 1}`}
      />
      {last > 0 && (
        <div class="row sample-slider">
          <button
            type="button"
            class="button icon"
            aria-label={playing ? 'Stop' : 'Play all epochs'}
            onClick={() => {
              setPlaying(!playing);
              if (!playing) setChosen(at === last ? 0 : at);
            }}
          >
            <Icon name={playing ? 'pause' : 'play'} />
          </button>
          <input
            class="grow"
            type="range"
            min={0}
            max={last}
            value={at}
            aria-label="Epoch"
            aria-valuetext={`after epoch ${sample.epoch + 1}`}
            onInput={event => {
              const value = Number(event.currentTarget.value);
              setPlaying(false);
              setChosen(value === last ? null : value);
            }}
          />
        </div>
      )}
    </section>
  );
}
