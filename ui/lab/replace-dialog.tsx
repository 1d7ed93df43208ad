import { useEffect, useRef } from 'preact/hooks';
import { formatCount } from '../parts/format.ts';

interface Props {
  /** How far the run is that would be lost. */
  readonly step: number;
  /** Whether it is the run on the page, which can be downloaded at once. */
  readonly isOpen: boolean;
  readonly onReplace: () => void;
  readonly onClose: () => void;
}

/** Asks before another run takes the place of the one that the browser keeps. */
export function ReplaceDialog({ step, isOpen, onReplace, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const replace = () => {
    onReplace();
    dialog.current!.close();
  };
  return (
    <dialog ref={dialog} aria-labelledby="replace-title" onClose={onClose}>
      <div class="stack">
        <h2 id="replace-title">Replace the run?</h2>
        <p>
          The browser keeps one run: the one at step {formatCount(step)} will be lost.{' '}
          {isOpen ? 'Download it' : 'Continue and download it'} first to keep it.
        </p>
        <div class="row spread">
          <button type="button" class="button" onClick={() => dialog.current!.close()}>
            Cancel
          </button>
          <button type="button" class="button primary" onClick={replace}>
            Replace it
          </button>
        </div>
      </div>
    </dialog>
  );
}
