import { useState } from 'preact/hooks';
import type { RunAction, RunDetail } from '../../src/server/api.ts';
import { link } from '../app/router.ts';
import { showError } from '../app/toasts.tsx';
import { api } from '../client/api.ts';
import { Icon } from '../parts/icon.tsx';
import { BranchDialog } from './branch-dialog.tsx';

interface Props {
  readonly detail: RunDetail;
  readonly actions: readonly RunAction[];
  readonly onDone: () => void;
}

/** The actions on a run, and links to pages that use it. */
export function RunActions({ detail, actions, onDone }: Props) {
  const [busy, setBusy] = useState(false);
  const [branching, setBranching] = useState(false);
  const act = async (action: 'pause' | 'resume' | 'stop') => {
    if (busy) return;
    setBusy(true);
    await api.act(detail.id, action).then(onDone, showError);
    setBusy(false);
  };
  const { id, checkpoint } = detail;
  // One button for both, so that it keeps the focus.
  const turn = (['pause', 'resume'] as const).find(action => actions.includes(action));
  return (
    <div class="row">
      {turn && (
        <button
          type="button"
          class={turn === 'pause' ? 'button' : 'button primary'}
          aria-disabled={busy}
          onClick={() => act(turn)}
        >
          <Icon name={turn === 'pause' ? 'pause' : 'play'} />
          {turn === 'pause' ? 'Pause' : 'Resume'}
        </button>
      )}
      {actions.includes('stop') && (
        <button type="button" class="button danger" aria-disabled={busy} onClick={() => act('stop')}>
          <Icon name="stop" />
          Stop
        </button>
      )}
      {actions.includes('branch') && (
        <button type="button" class="button" onClick={() => setBranching(true)}>
          <Icon name="branch" />
          Branch
        </button>
      )}
      {checkpoint !== null && (
        <>
          <a class="button" href={link('draw', id)}>
            <Icon name="draw" />
            Draw
          </a>
          <a class="button" href={api.modelUrl(id, null)} download={`${id}.onnx`}>
            <Icon name="download" />
            Export ONNX
          </a>
        </>
      )}
      {branching && <BranchDialog detail={detail} onClose={() => setBranching(false)} />}
    </div>
  );
}
