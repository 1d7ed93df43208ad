import { useEffect, useState } from 'preact/hooks';
import type { Image } from '../../src/core/image.ts';
import { api } from '../client/api.ts';
import { openModel } from '../inference/open-model.ts';
import { sourceOf } from '../parts/chosen-model.ts';
import type { ModelChoice } from '../parts/model-picker.tsx';
import { type Scores, scoresOf } from '../parts/scores.ts';
import type { Input } from './inputs.ts';

/** A model's translation of an input, with its scores if the target is known. */
export interface Cell {
  readonly image: Image;
  readonly scores: Scores | null;
}

/** Runs every model on every input, one model at a time. One column per model, filled from the top. */
export function useComparison(choices: readonly ModelChoice[], inputs: readonly Input[]) {
  const [columns, setColumns] = useState<readonly (readonly Cell[])[]>([]);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    setColumns(choices.map(() => []));
    setError(null);
    const work = async () => {
      for (const [place, choice] of choices.entries())
        for await (const cell of translateAll(choice, inputs)) {
          if (!wanted) return;
          setColumns(all => all.map((column, i) => (i === place ? [...column, cell] : column)));
        }
    };
    if (inputs.length > 0) work().catch((problem: Error) => wanted && setError(problem.message));
    return () => {
      wanted = false;
    };
  }, [JSON.stringify(choices), inputs]);
  return { columns, error };
}

async function* translateAll(choice: ModelChoice, inputs: readonly Input[]): AsyncGenerator<Cell> {
  const model = await openModel(sourceOf(await api.run(choice.run), choice.step));
  try {
    for (const { condition, target } of inputs) {
      const { image } = await model.translate(condition);
      yield { image, scores: target && scoresOf(image, target) };
    }
  } finally {
    model.close();
  }
}
