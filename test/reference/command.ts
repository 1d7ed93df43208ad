import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll } from 'vitest';

/** Without dist/ there is no command to run: run "npm run build" first. */
export const isBuilt = existsSync(new URL('../../dist/cli/main.js', import.meta.url));

/** How a command line ended, and what it wrote. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * For the tests of a file: runs command lines of the built package, one after the other, in one process, as starting
 * one takes longer than most commands do. For what a process of its own is needed, such as signals, start `bin/pix2pix.js`.
 * @param folder where the commands run.
 */
export function commandIn(
  folder: () => string,
): (line: string | readonly string[]) => Promise<CommandResult> {
  let server: ChildProcess | undefined;
  afterAll(() => server?.kill());
  return async line => {
    server ??= fork(new URL('./command-server.mjs', import.meta.url), {
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const words = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
    server.send({ words, folder: folder() });
    const [result] = await once(server, 'message');
    return result;
  };
}
