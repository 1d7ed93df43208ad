/**
 * Maps items in order while up to `ahead` further ones are already being worked on.
 * A failure is thrown when its turn comes; leaving early lets the work that has started end unseen.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => {}); // thrown at its turn, and not as an unhandled rejection before that
    started.push(result);
    if (started.length > ahead) yield started.shift()!;
  }
  yield* started;
}
