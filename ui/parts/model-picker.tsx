import type { RunDetail, RunSummary } from '../../src/server/api.ts';
import { formatCount, pathOf } from './format.ts';

/** A checkpoint of a run; step null is the newest. */
export interface ModelChoice {
  readonly run: string;
  readonly step: number | null;
}

interface Props {
  readonly runs: readonly RunSummary[];
  readonly choice: ModelChoice;
  /** If given, one of these checkpoints can be chosen. */
  readonly detail: RunDetail | null;
  readonly onChoose: (choice: ModelChoice) => void;
}

/** The choice of a model and of its checkpoint. */
export function ModelPicker({ runs, choice, detail, onChoose }: Props) {
  const checkpoints = detail?.id === choice.run ? detail.checkpoints : [];
  return (
    <div class="row model-picker">
      <label class="field">
        <span>Model</span>
        <select
          value={choice.run}
          onChange={event => onChoose({ run: event.currentTarget.value, step: null })}
        >
          {runs.map(({ id }) => (
            <option key={id} value={id}>
              {pathOf(id)}
            </option>
          ))}
        </select>
      </label>
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
    </div>
  );
}
