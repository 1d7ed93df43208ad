import { useEffect, useRef } from 'preact/hooks';

/** A key, as shown to users, with its action. */
export interface Shortcut {
  readonly keys: string;
  readonly about: string;
}

const everywhere: readonly Shortcut[] = [
  { keys: 'G R', about: 'Runs' },
  { keys: 'G D', about: 'Draw' },
  { keys: 'G T', about: 'Translate' },
  { keys: 'G C', about: 'Compare' },
  { keys: 'G N', about: 'New run' },
  { keys: 'G L', about: 'Lab: train in this browser' },
  { keys: '?', about: 'Show these shortcuts' },
];

const drawing: readonly Shortcut[] = [
  { keys: 'B', about: 'Brush or pen' },
  { keys: 'R', about: 'Rectangle' },
  { keys: 'F', about: 'Fill' },
  { keys: 'E', about: 'Eraser' },
  { keys: '[ ]', about: 'Thinner, thicker' },
  { keys: '1 … 9', about: 'Choose a colour' },
  { keys: 'Ctrl Z', about: 'Undo' },
  { keys: 'Ctrl Shift Z', about: 'Redo' },
  { keys: 'Arrows', about: 'On the canvas: move the cursor; with Shift by one pixel' },
  { keys: 'Space', about: 'On the canvas: start or end a stroke' },
];

/** Whether a key press belongs to a field that takes text. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return target.matches('input:not([type="range"], [type="checkbox"], [type="radio"]), select, textarea');
}

export function ShortcutHelp({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby="shortcuts-title" onClose={onClose}>
      <div class="stack">
        <div class="row spread">
          <h2 id="shortcuts-title">Keyboard shortcuts</h2>
          <button type="button" class="button" onClick={onClose}>
            Close
          </button>
        </div>
        <KeyList title="Everywhere" shortcuts={everywhere} />
        <KeyList title="Draw" shortcuts={drawing} />
      </div>
    </dialog>
  );
}

function KeyList({ title, shortcuts }: { readonly title: string; readonly shortcuts: readonly Shortcut[] }) {
  return (
    <section class="stack">
      <h3>{title}</h3>
      <dl class="key-list">
        {shortcuts.map(({ keys, about }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map(key => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
