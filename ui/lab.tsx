import { render } from 'preact';
import { useState } from 'preact/hooks';
import { applySavedTheme, ThemeButton } from './app/theme.tsx';
import { showError, Toasts } from './app/toasts.tsx';
import { Curve } from './lab/curve.tsx';
import { Pixels } from './lab/pixels.tsx';
import type { LabSettings, LabSource } from './lab/protocol.ts';
import { readPairs } from './lab/read-pairs.ts';
import { Sketch } from './lab/sketch.tsx';
import { useLab } from './lab/use-lab.ts';
import { DropZone } from './parts/drop-zone.tsx';
import { Icon } from './parts/icon.tsx';

// Training in the tab: nothing leaves the machine.

const SIZES = [32, 64, 128, 256];
const INVENTED = 40;

function LabPage() {
  const { lab, ask } = useLab();
  const [size, setSize] = useState(64);
  const [filters, setFilters] = useState(16);
  const [files, setFiles] = useState<readonly File[]>([]);
  const last = lab.steps.at(-1);
  const settings = async (): Promise<LabSettings> => {
    const source: LabSource = files.length > 0 ? { pairs: await readPairs(files) } : { count: INVENTED };
    return { size, filters, source };
  };
  const start = () => settings().then(wanted => ask({ kind: 'start', settings: wanted }), showError);
  const take = async (dropped: readonly File[]) => {
    const archive = dropped.find(({ name }) => name.endsWith('.zip'));
    if (!archive) return setFiles(dropped);
    ask({ kind: 'import', archive: new Uint8Array(await archive.arrayBuffer()), settings: await settings() });
  };
  return (
    <>
      <header class="topbar">
        <div class="topbar-inner">
          <h1 class="brand">
            <img src="./icon.svg" alt="" />
            pix2pix lab
          </h1>
          <nav class="nav" aria-label="Pages">
            <a href="./">
              <Icon name="back" />
              Studio
            </a>
          </nav>
          <ThemeButton />
        </div>
      </header>
      <main class="lab">
        <p class="lab-lead">
          Trains a small pix2pix in this tab{lab.backend && <> on {lab.backend}</>}. Nothing leaves this
          machine.
        </p>
        <section class="lab-controls" aria-label="Run">
          <label>
            Pixels
            <select value={size} onChange={event => setSize(Number(event.currentTarget.value))}>
              {SIZES.map(each => (
                <option key={each} value={each}>
                  {each} × {each}
                </option>
              ))}
            </select>
          </label>
          <label>
            Filters
            <select value={filters} onChange={event => setFilters(Number(event.currentTarget.value))}>
              {[4, 8, 16, 32].map(each => (
                <option key={each} value={each}>
                  {each}
                </option>
              ))}
            </select>
          </label>
          <button type="button" class="button primary" disabled={!lab.backend} onClick={start}>
            Start
          </button>
          {lab.saved && lab.size === null && (
            <button type="button" class="button" onClick={() => ask({ kind: 'continue' })}>
              Continue at step {lab.saved.step}
            </button>
          )}
          {lab.size !== null && (
            <>
              <button
                type="button"
                class="button"
                onClick={() => ask({ kind: lab.training ? 'pause' : 'continue' })}
              >
                {lab.training ? 'Pause' : 'Go on'}
              </button>
              <button type="button" class="button" onClick={() => ask({ kind: 'archive' })}>
                Download run
              </button>
            </>
          )}
        </section>
        <DropZone
          accept="image/*,.zip"
          label="Pairs to learn from"
          onFiles={dropped => void take(dropped).catch(showError)}
        >
          {files.length > 0
            ? `${files.length} images to learn from; Start trains a new model on them`
            : `Drop side-by-side pairs (photo left, condition right) or a run's zip; otherwise ${INVENTED} synthetic facades`}
        </DropZone>
        <section class="lab-state" aria-live="polite" aria-label="State">
          {last ? (
            <>
              <strong data-testid="step">Step {last.event.step}</strong> · D{' '}
              {last.event.discriminatorLoss.toFixed(3)} · G {last.event.generatorLoss.toFixed(2)} · L1{' '}
              {last.event.l1.toFixed(3)} · {(last.milliseconds / 1000).toFixed(2)} s a step
              {lab.savedStep !== null && <span data-testid="saved"> · kept at step {lab.savedStep}</span>}
            </>
          ) : lab.size === null ? (
            'No run yet'
          ) : (
            'Building the networks …'
          )}
        </section>
        <Curve values={lab.steps.map(({ event }) => event.l1)} label="Mean distance to the truth (L1)" />
        {lab.size !== null && lab.rows.length > 0 && (
          <section class="lab-samples" aria-label="Samples: condition, generated, truth">
            {lab.rows.map((row, i) => (
              <div key={i} class="lab-row">
                {row.map((pixels, k) => (
                  <Pixels
                    key={k}
                    pixels={pixels}
                    size={lab.size!}
                    label={['condition', 'generated', 'truth'][k]!}
                  />
                ))}
              </div>
            ))}
          </section>
        )}
        {lab.size !== null && lab.rows[0] && (
          <Sketch
            size={lab.size}
            start={lab.rows[0][0]}
            result={lab.translated}
            onDrawn={pixels => ask({ kind: 'translate', pixels })}
          />
        )}
      </main>
      <Toasts />
    </>
  );
}

applySavedTheme();
render(<LabPage />, document.getElementById('app')!);
