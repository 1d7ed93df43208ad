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

/** The translations of one model. */
export interface Column {
  /** As far as they are there, in the order of the inputs. */
  readonly cells: readonly Cell[];
  /** Why no more will come. */
  readonly error: string | null;
}

const empty: Column = { cells: [], error: null };

/** Runs every model on every input, one model at a time. One column per model, filled from the top. */
export function useComparison(choices: readonly ModelChoice[], inputs: readonly Input[]) {
  const [columns, setColumns] = useState<readonly Column[]>([]);
  useEffect(() => {
    let wanted = true;
    setColumns(choices.map(() => empty));
    const fill = async (choice: ModelChoice, change: (next: (column: Column) => Column) => void) => {
      try {
        for await (const cell of translateAll(choice, inputs)) {
          if (!wanted) return;
          change(column => ({ ...column, cells: [...column.cells, cell] }));
        }
      } catch (error) {
        if (wanted) change(column => ({ ...column, error: (error as Error).message }));
      }
    };
    const work = async () => {
      for (const [place, choice] of choices.entries()) {
        if (!wanted) return;
        await fill(choice, next => setColumns(all => all.with(place, next(all[place]!))));
      }
    };
    if (inputs.length > 0) void work();
    return () => {
      wanted = false;
    };
  }, [JSON.stringify(choices), inputs]);
  return columns;
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
