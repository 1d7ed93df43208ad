import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'good' | 'bad';
}

const events = new EventTarget();
let count = 0;

/** Shows a message in the corner of the page; a success disappears by itself. */
export function showMessage(text: string, kind: Toast['kind'] = 'good'): void {
  events.dispatchEvent(new CustomEvent<Toast>('toast', { detail: { id: ++count, text, kind } }));
}

/** Shows an error. */
export function showError(error: unknown): void {
  showMessage(error instanceof Error ? error.message : String(error), 'bad');
}

export function Toasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const dismiss = (id: number) => setToasts(all => all.filter(toast => toast.id !== id));
  useEffect(() => {
    const show = (event: Event) => {
      const toast = (event as CustomEvent<Toast>).detail;
      setToasts(all => [...all.filter(({ text }) => text !== toast.text), toast].slice(-4));
      if (toast.kind === 'good') setTimeout(() => dismiss(toast.id), 4000);
    };
    events.addEventListener('toast', show);
    return () => events.removeEventListener('toast', show);
  }, []);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, text, kind }) => (
        <div key={id} class={`toast ${kind}`}>
          <span class="grow">{text}</span>
          <button type="button" class="button quiet icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
