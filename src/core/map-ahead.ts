/**
 * Maps items in order and works on up to `ahead` further items at the same time. A failure is thrown when its turn
 * comes. If the consumer stops early, work that has started still runs to its end.
 */
export async function* mapAhead<Item, Result>(
  items: Iterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const started: Promise<Result>[] = [];
  for (const item of items) {
    const result = work(item);
    result.catch(() => {}); // it is thrown at its turn below; this avoids an unhandled rejection before that
    started.push(result);
    if (started.length > ahead) yield started.shift()!;
  }
  yield* started;
}
