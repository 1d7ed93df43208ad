import { link } from '../app/router.ts';
import { Icon } from './icon.tsx';

/** Shown instead of a page that needs a trained model. */
export function NoModels() {
  return (
    <div class="empty">
      <h2>No trained model yet</h2>
      <p>
        Train one here, or run <code>npx pix2pix demo</code>: after a few minutes there is a small model to
        play with.
      </p>
      <a class="button primary" href={link('new')}>
        <Icon name="add" />
        New run
      </a>
    </div>
  );
}

export function Failure({ text }: { readonly text: string }) {
  return (
    <div class="message bad" role="alert">
      {text}
    </div>
  );
}

/** Why a model can't be used, and another try. */
export function ModelFailure({ text, onReopen }: { readonly text: string; readonly onReopen: () => void }) {
  return (
    <div class="message bad row spread" role="alert">
      {text}
      <button type="button" class="button" onClick={onReopen}>
        Load the model again
      </button>
    </div>
  );
}

/** A note about something optional that is missing. */
export function Notice({ text }: { readonly text: string }) {
  return (
    <div class="message" role="status">
      {text}
    </div>
  );
}

export function Loading({ text = 'Loading…' }: { readonly text?: string }) {
  return (
    <div class="loading" role="status">
      {text}
    </div>
  );
}
