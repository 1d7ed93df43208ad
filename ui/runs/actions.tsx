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
    setBusy(true);
    await api.act(detail.id, action).then(onDone, showError);
    setBusy(false);
  };
  const { id, checkpoint } = detail;
  return (
    <div class="row">
      {actions.includes('pause') && (
        <button type="button" class="button" disabled={busy} onClick={() => act('pause')}>
          <Icon name="pause" />
          Pause
        </button>
      )}
      {actions.includes('resume') && (
        <button type="button" class="button primary" disabled={busy} onClick={() => act('resume')}>
          <Icon name="play" />
          Resume
        </button>
      )}
      {actions.includes('stop') && (
        <button type="button" class="button danger" disabled={busy} onClick={() => act('stop')}>
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
