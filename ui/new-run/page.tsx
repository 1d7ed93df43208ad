import { useRef, useState } from 'preact/hooks';
import type { Direction } from '../../src/core/image-pair.ts';
import type { Dataset, DatasetDetail, PresetList, TrainingRequest } from '../../src/server/api.ts';
import { link, navigate } from '../app/router.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { type DeviceChoice, DevicePicker, precisionsOf } from '../parts/device-picker.tsx';
import { Icon } from '../parts/icon.tsx';
import { Failure, Loading } from '../parts/states.tsx';
import { DataSetPicker } from './data-set-picker.tsx';
import { DirectionPicker } from './direction.tsx';
import { EstimateView } from './estimate-view.tsx';
import { Findings } from './findings.tsx';
import { configFrom, type Values } from './form-values.ts';
import { OptionForm } from './option-form.tsx';
import { PresetPicker } from './preset-picker.tsx';

/** The page that starts a run: data, settings, start. */
export function NewRunPage() {
  const datasets = useLoaded(api.datasets, []);
  const presets = useLoaded(api.presets, []);
  const [chosen, setChosen] = useState<string | null>(null);
  const dataset = chosen ?? datasets.value?.datasets[0]?.id ?? null;
  const surveys = useLoaded(async signal => (dataset === null ? null : surveyOf(dataset, signal)), [dataset]);
  const survey = surveys.value?.dataset === dataset ? surveys.value : null;
  const added = (uploaded: Dataset) => {
    datasets.reload();
    setChosen(uploaded.id);
  };
  const failure = datasets.error ?? presets.error;
  return (
    <>
      <div class="page-head">
        <h1>New run</h1>
      </div>
      {failure && <Failure text={failure} />}
      <div class="stack new-run">
        <section class="panel" aria-labelledby="data-title">
          <h2 id="data-title">1 · Data set</h2>
          {datasets.value ? (
            <DataSetPicker
              datasets={datasets.value.datasets}
              chosen={dataset}
              onChoose={setChosen}
              onUploaded={added}
            />
          ) : (
            !datasets.error && <Loading />
          )}
          {survey?.error && <Failure text={survey.error} />}
          {dataset !== null && !survey?.error && <Findings key={dataset} detail={survey?.detail ?? null} />}
        </section>
        {dataset !== null && presets.value && (
          <Settings
            dataset={dataset}
            detail={survey?.detail ?? null}
            isSurveyed={survey !== null}
            presets={presets.value}
          />
        )}
      </div>
    </>
  );
}

/** What is known of a data set's pairs, or why nothing is. */
interface Survey {
  readonly dataset: string;
  readonly detail: DatasetDetail | null;
  readonly error: string | null;
}

function surveyOf(dataset: string, signal: AbortSignal): Promise<Survey> {
  return api.dataset(dataset, signal).then(
    detail => ({ dataset, detail, error: null }),
    (error: Error) => ({ dataset, detail: null, error: error.message }),
  );
}

interface SettingsProps {
  readonly dataset: string;
  readonly detail: DatasetDetail | null;
  /** Whether `detail` is final: direction and preset depend on it. */
  readonly isSurveyed: boolean;
  readonly presets: PresetList;
}

function Settings({ dataset, detail, isSurveyed, presets }: SettingsProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const [chosenDirection, chooseDirection] = useState<{ dataset: string; direction: Direction } | null>(null);
  const direction =
    chosenDirection?.dataset === dataset ? chosenDirection.direction : (detail?.advice ?? 'AtoB');
  const [values, setValues] = useState<Values>({});
  const [device, setDevice] = useState<DeviceChoice>('auto');
  const preset = chosen ?? presetFor(detail, direction);
  const devices = useLoaded(api.devices, []);
  const usablePresets = trainableIn(presets, precisionsOf(devices.value, device));
  const [name, setName] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const request: TrainingRequest = {
    dataset,
    config: configFrom(usablePresets, preset, direction, values),
    device,
    ...(name.trim() && { name: name.trim() }),
  };
  const start = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const { id } = await api.start(request);
      // The page may have been left meanwhile.
      if (form.current) navigate(link('run', id));
    } catch (problem) {
      if (!form.current) return showError(problem);
      setError((problem as Error).message);
      setBusy(false);
    }
  };
  return (
    <form ref={form} class="stack" onSubmit={start}>
      <section class="panel" aria-labelledby="settings-title">
        <h2 id="settings-title">2 · Settings</h2>
        <div class="stack">
          <DirectionPicker
            dataset={dataset}
            detail={detail}
            direction={direction}
            onChange={chosen => chooseDirection({ dataset, direction: chosen })}
          />
          <PresetPicker presets={presets} chosen={preset} onChoose={setChosen} />
          <OptionForm presets={usablePresets} preset={preset} values={values} onChange={setValues} />
        </div>
      </section>
      <section class="panel" aria-labelledby="start-title">
        <h2 id="start-title">3 · Start</h2>
        <div class="stack">
          <label class="field run-name">
            <span>Name (optional)</span>
            <input
              value={name}
              maxLength={100}
              placeholder={`${preset}-${dataset.split('~').at(-1)}`}
              onInput={event => setName(event.currentTarget.value)}
            />
          </label>
          <DevicePicker devices={devices.value} chosen={device} onChoose={setDevice} />
          <EstimateView request={request} />
          {error && <Failure text={error} />}
          <div class="row">
            <button type="submit" class="button primary" disabled={busy || !isSurveyed}>
              <Icon name="play" />
              Start training
            </button>
          </div>
        </div>
      </section>
    </form>
  );
}

/** The preset that `train` would choose. */
function presetFor(detail: DatasetDetail | null, direction: Direction): string {
  const condition = detail?.sides[direction === 'AtoB' ? 'a' : 'b'];
  return condition?.kind === 'label map' ? 'labels' : 'images';
}

/** The form's fields, without precision if the device has only one. */
function trainableIn(presets: PresetList, precisions: readonly string[]): PresetList {
  if (precisions.length > 1) return presets;
  return { ...presets, fields: presets.fields.filter(({ path }) => path[0] !== 'precision') };
}
