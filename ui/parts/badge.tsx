import type { RunStatus } from '../../src/server/api.ts';

export function Badge({ status }: { readonly status: RunStatus }) {
  return <span class={`badge ${status}`}>{status}</span>;
}

export function Progress({ share, label }: { readonly share: number; readonly label: string }) {
  const percent = Math.round(Math.min(Math.max(share, 0), 1) * 100);
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div style={{ width: `${percent}%` }} />
    </div>
  );
}
