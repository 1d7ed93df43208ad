import { useState } from 'preact/hooks';
import type { RunSummary } from '../../src/server/api.ts';
import { navigate, type Route, useRedirect } from '../app/router.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { useLoaded } from '../client/use-loaded.ts';
import { DropZone } from '../parts/drop-zone.tsx';
import { formatCount, pathOf } from '../parts/format.ts';
import { Icon } from '../parts/icon.tsx';
import { type ModelChoice, ModelPicker } from '../parts/model-picker.tsx';
import { pictureTypes } from '../parts/read-picture.ts';
import { Failure, Loading, NoModels } from '../parts/states.tsx';
import { useTrainedRuns } from '../parts/use-models.ts';
import { type Input, inputsFromFiles, inputsFromRun } from './inputs.ts';
import { ComparisonTable } from './table.tsx';
import { useComparison } from './use-comparison.ts';

const mostModels = 4;
const noInputs: readonly Input[] = [];

export function ComparePage({ route }: { readonly route: Route }) {
  const { runs, error } = useTrainedRuns();
  const named = route.query.getAll('model').map(parseChoice);
  const newest = runs?.slice(0, 1).map(({ id }) => ({ run: id, step: null })) ?? [];
  useRedirect(named.length === 0 && newest.length > 0 ? linkTo(newest) : null);
  if (error && !runs) return <Failure text={error} />;
  if (!runs) return <Loading />;
  if (runs.length === 0) return <NoModels />;
  return <Comparison runs={runs} choices={named.length > 0 ? named : newest} />;
}

function linkTo(models: readonly ModelChoice[]): string {
  return `#/compare?${new URLSearchParams(models.map(model => ['model', formatChoice(model)]))}`;
}

interface Props {
  readonly runs: readonly RunSummary[];
  readonly choices: readonly ModelChoice[];
}

/** Several models or checkpoints on the same inputs: the first model's test pictures, or the user's. */
function Comparison({ runs, choices }: Props) {
  const [count, setCount] = useState(4);
  const [files, setFiles] = useState<readonly Input[] | null>(null);
  const first = choices[0]!.run;
  const fromRun = useLoaded(signal => inputsFromRun(first, count, signal), [first, count]);
  const inputs = files ?? fromRun.value ?? noInputs;
  const columns = useComparison(choices, inputs);
  const choose = (models: readonly ModelChoice[]) => navigate(linkTo(models));
  const names = choices.map(nameOf);
  return (
    <>
      <div class="page-head">
        <h1>Compare</h1>
        <label class="field count">
          <span>Images</span>
          <select
            value={count}
            disabled={files !== null}
            onChange={event => setCount(Number(event.currentTarget.value))}
          >
            {[2, 4, 8, 16].map(each => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      </div>
      <div class="stack">
        <AddModel runs={runs} choices={choices} onAdd={model => choose([...choices, model])} />
        <Chips choices={choices} onChange={choose} />
        {fromRun.error && <Failure text={fromRun.error} />}
        {names.map((name, i) => {
          const error = columns[i]?.error;
          return error && <Failure key={name} text={`Cannot show ${name}: ${error}`} />;
        })}
        {inputs.length > 0 && <ComparisonTable inputs={inputs} columns={columns} names={names} />}
        {inputs.length === 0 && !fromRun.error && !fromRun.value && <Loading />}
        <DropZone
          accept={pictureTypes}
          label="Drop your own images here to compare the models on them"
          onFiles={chosen => inputsFromFiles(first, chosen).then(setFiles, showError)}
        >
          {files && (
            <button type="button" class="button quiet" onClick={() => setFiles(null)}>
              Back to the test images
            </button>
          )}
        </DropZone>
      </div>
    </>
  );
}

interface ChipsProps {
  readonly choices: readonly ModelChoice[];
  readonly onChange: (choices: readonly ModelChoice[]) => void;
}

function Chips({ choices, onChange }: ChipsProps) {
  return (
    <ul class="row" aria-label="Models compared">
      {choices.map((choice, i) => (
        <li key={formatChoice(choice)} class="chip">
          {nameOf(choice)}
          {choices.length > 1 && (
            <button
              type="button"
              class="chip-remove"
              aria-label={`Remove ${nameOf(choice)}`}
              onClick={() => onChange(choices.filter((_, other) => other !== i))}
            >
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface AddModelProps {
  readonly runs: readonly RunSummary[];
  /** Those that are there. */
  readonly choices: readonly ModelChoice[];
  readonly onAdd: (choice: ModelChoice) => void;
}

function AddModel({ runs, choices, onAdd }: AddModelProps) {
  const [choice, setChoice] = useState<ModelChoice>({ run: runs[0]!.id, step: null });
  const detail = useLoaded(signal => api.run(choice.run, signal), [choice.run]);
  const isThere = choices.some(each => formatChoice(each) === formatChoice(choice));
  const canAdd = choices.length < mostModels && !isThere;
  return (
    <div class="row add-model">
      <ModelPicker
        runs={runs}
        choice={choice}
        checkpoints={detail.value?.id === choice.run ? detail.value.checkpoints : []}
        onChoose={setChoice}
      />
      <button
        type="button"
        class="button"
        aria-disabled={!canAdd}
        title={isThere ? 'This model is already compared' : undefined}
        onClick={() => canAdd && onAdd(choice)}
      >
        <Icon name="add" />
        Add
      </button>
    </div>
  );
}

/** For users. */
export function nameOf({ run, step }: ModelChoice): string {
  return step === null ? pathOf(run) : `${pathOf(run)}, step ${formatCount(step)}`;
}

/** In URLs: `demo~model@400`, without @ for the newest. */
function formatChoice({ run, step }: ModelChoice): string {
  return step === null ? run : `${run}@${step}`;
}

/** The inverse of {@link formatChoice}. */
export function parseChoice(text: string): ModelChoice {
  const [, run = text, step] = /^(.*)@(\d+)$/.exec(text) ?? [];
  return { run, step: step === undefined ? null : Number(step) };
}
