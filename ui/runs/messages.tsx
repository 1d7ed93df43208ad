import { formatCount } from '../parts/format.ts';
import type { Message } from './run-log.ts';

/** What the run said, the guards' warnings included, the newest first. */
export function Messages({ messages }: { readonly messages: readonly Message[] }) {
  if (messages.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="messages-title">
      <h2 id="messages-title">Messages</h2>
      <ul class="stack messages" aria-live="polite">
        {messages.toReversed().map(({ kind, step, text }) => (
          <li key={`${step} ${text}`} class={`message ${kind}`}>
            <p>
              {step !== null && <strong>After step {formatCount(step)}: </strong>}
              {text}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
