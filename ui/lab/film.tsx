import type { LabPair } from '../../src/browser/lab-run.ts';
import { formatCount } from '../parts/format.ts';
import { Picture } from '../parts/picture.tsx';
import type { LabSample } from './protocol.ts';
import { filmOf } from './samples.ts';

/** Pairs to learn from: the condition, and what it should become. */
export function PairStrip({ pairs }: { readonly pairs: readonly LabPair[] }) {
  return (
    <ul class="lab-pairs">
      {pairs.map(({ name, condition, target }) => (
        <li key={name}>
          <Picture image={condition} label={`Condition of ${name}`} />
          <Picture image={target} label={`Target of ${name}`} />
        </li>
      ))}
    </ul>
  );
}

const FRAMES = 6;

/** A row for each example: the condition, what the generator made of it through the training, and the target. */
export function Film({ samples }: { readonly samples: readonly LabSample[] }) {
  const frames = filmOf(samples, FRAMES);
  const last = frames.at(-1);
  if (!last) return null;
  return (
    <table class="lab-film">
      <thead>
        <tr>
          <th scope="col">Input</th>
          {frames.map(({ step }) => (
            <th key={step} scope="col">
              {formatCount(step)}
            </th>
          ))}
          <th scope="col">Target</th>
        </tr>
      </thead>
      <tbody>
        {last.rows.map(({ condition, target }, row) => (
          <tr key={row}>
            <td>
              <Picture image={condition} label={`Input ${row + 1}`} />
            </td>
            {frames.map(({ step, rows }) => (
              <td key={step}>
                <Picture image={rows[row]!.generated} label={`Result ${row + 1} at step ${step}`} />
              </td>
            ))}
            <td>
              <Picture image={target} label={`Target ${row + 1}`} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
