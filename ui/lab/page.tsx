import { useEffect, useMemo, useState } from 'preact/hooks';
import { link, type Route } from '../app/router.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { drawingKind } from '../draw/drawing-kind.ts';
import { DrawingView } from '../draw/drawing-view.tsx';
import type { Start } from '../parts/chosen-model.ts';
import { Icon } from '../parts/icon.tsx';
import { dataUrlOf } from '../parts/pixels.ts';
import { type Choices, LabControls } from './controls.tsx';
import { Curve } from './curve.tsx';
import { Film, PairStrip } from './film.tsx';
import type { LabRequest, LabSource } from './protocol.ts';
import { readPairs } from './read-pairs.ts';
import { ReplaceDialog } from './replace-dialog.tsx';
import { type Lab, useLab } from './use-lab.ts';

// Training in the tab: nothing leaves the machine.

const SYNTHETIC = 40;
/** Steps that are soon made again. */
const FEW = 25;
const first: Choices = { kind: 'emoji', files: [], size: 64, filters: 16, direction: 'AtoB' };

export function LabPage({ route }: { readonly route: Route }) {
  const lab = useLab();
  const [choices, setChoices] = useState(first);
  const { ask, backend } = lab;
  const missesPairs = choices.kind === 'own' && choices.files.length === 0;
  const [replacement, setReplacement] = useState<LabRequest | null>(null);
  const replaceBy = (request: LabRequest) => (lab.step > FEW ? setReplacement(request) : ask(request));
  const start = (wanted: Choices) =>
    settingsOf(wanted).then(settings => replaceBy({ kind: 'start', settings }), showError);
  useEffect(() => {
    if (backend === null || lab.size !== null) return;
    if (missesPairs) return;
    sourceOf(choices).then(source => ask({ kind: 'show', source }), showError);
  }, [backend, choices.kind, choices.files, choices.direction]);
  useEffect(() => {
    if (backend === null || route.query.get('watch') !== 'emoji') return;
    // A reload continues instead of starting again.
    location.replace(link('lab'));
    // A stored run is offered instead.
    if (lab.saved === null) void start(first);
  }, [backend]);
  const change = (values: Partial<Choices>) =>
    setChoices(before => ({ ...before, ...values, ...(values.kind && directionOf(values.kind)) }));
  const take = async (files: readonly File[]) => {
    const archive = files.find(({ name }) => name.endsWith('.zip'));
    const images = files.filter(({ name }) => !name.endsWith('.zip'));
    const now = images.length > 0 ? ownPairs(choices, images) : choices;
    setChoices(now);
    if (!archive) return;
    const settings = await settingsOf(now);
    replaceBy({ kind: 'import', archive: new Uint8Array(await archive.arrayBuffer()), settings });
  };
  return (
    <>
      <div class="page-head">
        <div>
          <h1>Lab</h1>
          <p class="muted">
            Watch a small pix2pix learn in this tab{backend && <>, on {backend}</>}. Nothing leaves this
            machine.
          </p>
        </div>
        <RunButtons lab={lab} missesPairs={missesPairs} onStart={() => start(choices)} />
      </div>
      <div class="lab">
        <section class="panel lab-choice" aria-labelledby="lab-pairs-title">
          <h2 id="lab-pairs-title">Pairs to learn from</h2>
          <LabControls
            choices={choices}
            onChange={change}
            onFiles={files => void take(files).catch(showError)}
          />
          {lab.pairs && lab.size === null && !missesPairs && <PairStrip pairs={lab.pairs} />}
        </section>
        <section class="panel" aria-labelledby="lab-losses-title">
          <div class="panel-head">
            <h2 id="lab-losses-title">Losses</h2>
            <p class="small muted">
              <LastStep lab={lab} />
              <span aria-live="polite">
                <State lab={lab} missesPairs={missesPairs} />
              </span>
            </p>
          </div>
          <Losses lab={lab} />
        </section>
        {lab.samples.length > 0 && (
          <section class="panel lab-samples" aria-labelledby="lab-samples-title">
            <div class="panel-head">
              <h2 id="lab-samples-title">Results through the training</h2>
              <span class="small muted">by number of steps</span>
            </div>
            <Film samples={lab.samples} />
          </section>
        )}
      </div>
      {lab.size !== null && <LabBoard key={lab.size} lab={lab} size={lab.size} />}
      {replacement && (
        <ReplaceDialog
          step={lab.step}
          isOpen={lab.size !== null}
          onReplace={() => ask(replacement)}
          onClose={() => setReplacement(null)}
        />
      )}
    </>
  );
}

interface RunButtonsProps {
  readonly lab: Lab;
  /** Whether there is nothing to train on. */
  readonly missesPairs: boolean;
  readonly onStart: () => void;
}

function RunButtons({ lab, missesPairs, onStart }: RunButtonsProps) {
  const { ask, backend, saved, size, training } = lab;
  return (
    <div class="row lab-buttons">
      {size !== null && (
        <>
          <button type="button" class="button" onClick={() => ask({ kind: 'archive' })}>
            <Icon name="download" />
            Download run
          </button>
          <button type="button" class="button" onClick={() => ask({ kind: training ? 'pause' : 'continue' })}>
            <Icon name={training ? 'pause' : 'play'} />
            {training ? 'Pause' : 'Go on'}
          </button>
        </>
      )}
      {saved && size === null && (
        <button type="button" class="button primary" onClick={() => ask({ kind: 'continue' })}>
          Continue at step {saved.step}
        </button>
      )}
      {missesPairs && (
        <span id="lab-misses" class="small muted">
          Drop your own pairs to start
        </span>
      )}
      <button
        type="button"
        class={size === null && !saved ? 'button primary' : 'button'}
        disabled={!backend || missesPairs}
        aria-describedby={missesPairs ? 'lab-misses' : undefined}
        onClick={onStart}
      >
        {size === null && <Icon name="play" />}
        {size === null ? 'Start' : 'Start again'}
      </button>
    </div>
  );
}

/** Not announced: it changes several times a second. */
function LastStep({ lab: { steps } }: { readonly lab: Lab }) {
  const last = steps.at(-1);
  if (!last) return null;
  return (
    <>
      <strong class="lab-step" data-testid="step">
        Step {last.event.step}
      </strong>
      , {(last.milliseconds / 1000).toFixed(2)} s each
    </>
  );
}

function State({ lab, missesPairs }: Pick<RunButtonsProps, 'lab' | 'missesPairs'>) {
  const { backend, savedStep, size, steps, training } = lab;
  if (steps.length > 0) {
    return (
      <>
        {!training && ', paused'}
        {savedStep !== null && <span data-testid="saved">, kept at step {savedStep}</span>}
      </>
    );
  }
  if (size !== null) return training ? 'The first step is the slowest' : 'Paused';
  if (backend === null) return 'Loading…';
  return missesPairs ? 'Pairs are missing' : 'Press Start';
}

function Losses({ lab: { steps } }: { readonly lab: Lab }) {
  return (
    <div class="lab-curves">
      <Curve
        title="L1"
        about="distance to the target"
        color="--good"
        values={steps.map(({ event }) => event.l1)}
      />
      <Curve
        title="Generator"
        about="to look real"
        color="--accent"
        values={steps.map(({ event }) => event.generatorLoss)}
      />
      <Curve
        title="Discriminator"
        about="to tell real from generated"
        color="--warm"
        values={steps.map(({ event }) => event.discriminatorLoss)}
      />
    </div>
  );
}

/** The page to draw on, with the network in training behind it. */
function LabBoard({ lab, size }: { readonly lab: Lab; readonly size: number }) {
  const kind = useMemo(() => lab.palette && drawingKind(lab.palette), [lab.palette]);
  const rows = lab.samples[0]?.rows;
  const drawings = useLoaded(
    async () => (lab.palette?.kind === 'label map' ? [] : await emojiDrawings()),
    [lab.palette?.kind],
  );
  const starts = useMemo(
    (): Start[] | null =>
      drawings.value && rows
        ? [
            ...rows.map(({ condition }, i) => ({ name: `input ${i + 1}`, url: dataUrlOf(condition) })),
            ...drawings.value,
          ]
        : null,
    [drawings.value, rows],
  );
  if (!kind || !starts) return null;
  return (
    <section class="lab-board" aria-labelledby="lab-board-title">
      <h2 id="lab-board-title">Draw while it learns</h2>
      <DrawingView
        model={lab.model}
        size={[size, size]}
        kind={kind}
        name="lab"
        starts={starts}
        convert={null}
      />
    </section>
  );
}

async function emojiDrawings(): Promise<readonly Start[]> {
  const models = await api.models().catch(() => []);
  return models.find(({ id }) => id === 'emoji')?.drawings ?? [];
}

async function settingsOf({ size, filters, direction, ...choices }: Choices) {
  return { size, filters, direction, source: await sourceOf({ ...choices, direction }) };
}

async function sourceOf({
  kind,
  files,
  direction,
}: Pick<Choices, 'kind' | 'files' | 'direction'>): Promise<LabSource> {
  if (kind === 'emoji') return { included: 'emoji' };
  if (kind === 'facades') return { count: SYNTHETIC };
  if (files.length === 0)
    throw new Error('Cannot train on your own pairs: there are none yet; drop them first');
  return { pairs: await readPairs(files, direction) };
}

/** A user's images as the data set. */
function ownPairs(choices: Choices, files: readonly File[]): Choices {
  const own = { ...choices, kind: 'own' as const, files };
  return choices.kind === 'own' ? own : { ...own, ...directionOf('own') };
}

/** Emoji have the drawing on the left, facades their labels on the right, as published. */
function directionOf(kind: Choices['kind']): Pick<Choices, 'direction'> {
  return { direction: kind === 'emoji' ? 'AtoB' : 'BtoA' };
}
