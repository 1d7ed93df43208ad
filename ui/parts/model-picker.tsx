import type { Checkpoint } from '../../src/server/api.ts';
import { formatCount, pathOf } from './format.ts';

/** An included model, or a checkpoint of a run; step null is the newest. */
export interface ModelChoice {
  readonly run: string;
  readonly step: number | null;
}

interface Props {
  readonly runs: readonly { readonly id: string }[];
  readonly included?: readonly { readonly id: string }[];
  readonly choice: ModelChoice;
  /** Those of the chosen model that can be chosen. */
  readonly checkpoints: readonly Checkpoint[];
  readonly onChoose: (choice: ModelChoice) => void;
}

/** The choice of a model and, for a run, of its checkpoint. */
export function ModelPicker({ runs, included = [], choice, checkpoints, onChoose }: Props) {
  const options = (models: Props['runs']) =>
    models.map(({ id }) => (
      <option key={id} value={id}>
        {pathOf(id)}
      </option>
    ));
  return (
    <div class="row model-picker">
      <label class="field">
        <span>Model</span>
        <select
          value={choice.run}
          onChange={event => onChoose({ run: event.currentTarget.value, step: null })}
        >
          {included.length > 0 && <optgroup label="Included">{options(included)}</optgroup>}
          {included.length > 0 && runs.length > 0 ? (
            <optgroup label="Your runs">{options(runs)}</optgroup>
          ) : (
            options(runs)
          )}
        </select>
      </label>
      {!included.some(({ id }) => id === choice.run) && (
        <label class="field">
          <span>Checkpoint</span>
          <select
            value={choice.step ?? ''}
            onChange={event => {
              const { value } = event.currentTarget;
              onChoose({ run: choice.run, step: value === '' ? null : Number(value) });
            }}
          >
            <option value="">newest</option>
            {checkpoints.map(({ step }) => (
              <option key={step} value={step}>
                step {formatCount(step)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
