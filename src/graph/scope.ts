const path: string[] = [];

/** Runs `build` with `name` added to the path that tensors get as their scope: `G/down3/conv`. */
export function withScope<T>(name: string, build: () => T): T {
  path.push(name);
  try {
    return build();
  } finally {
    path.pop();
  }
}

/** The current path, its parts joined by `/`. */
export function currentScope(): string {
  return path.join('/');
}
