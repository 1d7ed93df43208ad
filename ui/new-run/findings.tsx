import type { DatasetDetail } from '../../src/server/api.ts';
import { Loading } from '../parts/states.tsx';

/** A data set's contact sheet, and what `inspect` found in it. */
export function Findings({ detail }: { readonly detail: DatasetDetail | null }) {
  if (!detail) return <Loading text="Checking the pairs…" />;
  const { sheet, sides, problems, surveyed } = detail;
  return (
    <div class="findings">
      <img
        class="sheet"
        src={sheet}
        alt={`Some pairs of the data set, A (${sides.a.kind}) beside B (${sides.b.kind})`}
      />
      <div class="stack">
        <p>
          A: {sides.a.kind} · B: {sides.b.kind}
        </p>
        {problems.length === 0 ? (
          <p class="message good">No problems found in up to {surveyed} pairs of each split.</p>
        ) : (
          <ul class="stack problems">
            {problems.slice(0, mostProblems).map(({ kind, split, files, detail: what, fix }) => (
              <li key={`${kind}${split}${files.join()}`} class="message warning">
                <div>
                  <strong>
                    {split}: {kind}
                  </strong>{' '}
                  {what}
                  <br />
                  <span class="small muted">
                    {files.slice(0, 3).join(', ')}
                    {files.length > 3 && ` and ${files.length - 3} more`} – {fix}
                  </span>
                </div>
              </li>
            ))}
            {problems.length > mostProblems && (
              <li class="small muted">and {problems.length - mostProblems} more</li>
            )}
          </ul>
        )}
      </div>
    </div>
  );
}

const mostProblems = 6;
