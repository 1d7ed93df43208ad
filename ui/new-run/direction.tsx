import type { Direction } from '../../src/core/image-pair.ts';
import type { DatasetDetail } from '../../src/server/api.ts';
import { api, type Split } from '../client/api.ts';

interface Props {
  readonly dataset: string;
  readonly detail: DatasetDetail | null;
  readonly direction: Direction;
  readonly onChange: (direction: Direction) => void;
}

const directions = [
  { direction: 'AtoB', from: 'a', to: 'b', title: 'A → B' },
  { direction: 'BtoA', from: 'b', to: 'a', title: 'B → A' },
] as const;

/** The choice of direction, illustrated with a pair. */
export function DirectionPicker({ dataset, detail, direction, onChange }: Props) {
  const split: Split = detail && detail.pairs.train === 0 ? 'test' : 'train';
  return (
    <fieldset class="choices" aria-label="Direction">
      {directions.map(({ direction: each, from, to, title }) => (
        <label key={each} class="choice">
          <input type="radio" name="direction" checked={direction === each} onChange={() => onChange(each)} />
          <span>
            <span class="row">
              <strong>{title}</strong>
              {detail?.advice === each && <span class="badge finished">suggested</span>}
            </span>
            <span class="direction-pictures">
              <img src={api.datasetPictureUrl(dataset, split, 0, from)} alt={`Side ${from.toUpperCase()}`} />
              <span aria-hidden="true">→</span>
              <img src={api.datasetPictureUrl(dataset, split, 0, to)} alt={`Side ${to.toUpperCase()}`} />
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
