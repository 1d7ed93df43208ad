import { useEffect, useRef, useState } from 'preact/hooks';
import type { RunDetail } from '../../src/server/api.ts';
import { link, navigate } from '../app/router.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { type DeviceChoice, DevicePicker, precisionsOf } from '../parts/device-picker.tsx';
import { formatCount, pathOf } from '../parts/format.ts';
import { Failure } from '../parts/states.tsx';

interface Props {
  readonly detail: RunDetail;
  readonly onClose: () => void;
}

/** A new run from this one's weights: other data, another learning rate, more epochs. */
export function BranchDialog({ detail, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const datasets = useLoaded(api.datasets, []);
  const devices = useLoaded(api.devices, []);
  const [device, setDevice] = useState<DeviceChoice>('auto');
  const precisions = precisionsOf(devices.value, device);
  const { precision } = detail.config;
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const start = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '');
    setBusy(true);
    try {
      const run = await api.branch(detail.id, {
        name: text('name'),
        ...(text('dataset') && { dataset: text('dataset') }),
        ...(text('checkpoint') && { checkpoint: Number(text('checkpoint')) }),
        config: {
          epochs: Number(text('epochs')),
          ...(text('precision') && { precision: text('precision') }),
          optimizer: { learningRate: Number(text('rate')) },
        },
        device,
        skipBad: false,
      });
      // The page may have been left meanwhile.
      if (dialog.current) navigate(link('run', run.id));
    } catch (problem) {
      if (!dialog.current) return showError(problem);
      setError((problem as Error).message);
      setBusy(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      aria-labelledby="branch-title"
      onCancel={event => busy && event.preventDefault()}
      onClose={onClose}
    >
      <form class="stack" onSubmit={start}>
        <h2 id="branch-title">Branch from {pathOf(detail.id)}</h2>
        <label class="field">
          <span>Name</span>
          <input name="name" required defaultValue={`${pathOf(detail.id).split('/').at(-1)} branch`} />
        </label>
        <label class="field">
          <span>Start from</span>
          <select name="checkpoint">
            <option value="">newest checkpoint</option>
            {detail.checkpoints.map(({ step }) => (
              <option key={step} value={step}>
                step {formatCount(step)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Data set</span>
          <select name="dataset">
            {detail.dataset !== null && <option value="">the same</option>}
            {datasets.value?.datasets.map(({ id }) => (
              <option key={id} value={id}>
                {pathOf(id)}
              </option>
            ))}
          </select>
        </label>
        <div class="row">
          <label class="field grow">
            <span>Epochs</span>
            <input name="epochs" type="number" min={1} required defaultValue={detail.config.epochs} />
          </label>
          <label class="field grow">
            <span>Learning rate</span>
            <input
              name="rate"
              type="number"
              min={0}
              step="any"
              required
              defaultValue={detail.config.optimizer.learningRate}
            />
          </label>
        </div>
        <DevicePicker devices={devices.value} chosen={device} onChoose={setDevice} />
        {(precisions.length > 1 || !precisions.includes(precision)) && (
          <label class="field">
            <span>Precision</span>
            <select name="precision" key={precisions.join()} defaultValue={precision}>
              {precisions.map(each => (
                <option key={each} value={each} selected={each === precision}>
                  {each}
                </option>
              ))}
            </select>
          </label>
        )}
        {error && <Failure text={error} />}
        <div class="row spread">
          <button type="button" class="button" disabled={busy} onClick={() => dialog.current!.close()}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={busy}>
            Start
          </button>
        </div>
      </form>
    </dialog>
  );
}
