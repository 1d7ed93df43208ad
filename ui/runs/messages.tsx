/** What the run said, the guards' warnings included, the newest first. */
export function Messages({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="messages-title">
      <h2 id="messages-title">Messages</h2>
      <ul class="stack messages" aria-live="polite">
        {notes.toReversed().map(note => (
          <li key={note} class="message">
            {note}
          </li>
        ))}
      </ul>
    </section>
  );
}
