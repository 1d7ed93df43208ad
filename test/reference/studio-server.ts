import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Limits } from '../../src/server/studio.ts';

const built = new URL('../../dist/server/app.js', import.meta.url);

/** Without dist/ there is no process to start: run "npm run build" first. */
export const isBuilt = existsSync(built);

export interface StudioProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** What it said of its own mistakes. */
  readonly errors: string[];
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The command, in a process of its own: runs in `folder`/runs, data sets in `folder`. */
export function startCommand(folder: string, ...args: string[]): Promise<StudioProcess> {
  return startCommandIn(process.env, folder, args);
}

/** The command where no WebGPU adapter can be found, not even one in software. */
export function startWithoutAdapter(folder: string): Promise<StudioProcess> {
  const env = { ...process.env, VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' };
  return startCommandIn(env, folder, []);
}

function startCommandIn(
  env: NodeJS.ProcessEnv,
  folder: string,
  args: readonly string[],
): Promise<StudioProcess> {
  const launcher = fileURLToPath(new URL('../../bin/pix2pix.js', import.meta.url));
  return started(
    spawn(process.execPath, [launcher, 'studio', '--port', '0', '--json', ...args], { cwd: folder, env }),
  );
}

/** The same server with other limits than the command has. */
export function startServer(folder: string, limits: Partial<Limits>): Promise<StudioProcess> {
  const program = `
    const { createApp } = await import(${JSON.stringify(built.href)});
    const { openWorkspace } = await import(${JSON.stringify(new URL('workspace.js', built).href)});
    const workspace = openWorkspace('runs', '.');
    const onError = error => console.error(error);
    const limits = ${JSON.stringify(limits)};
    const app = await createApp({ workspace, page: null, token: null, slots: 1, limits, onError });
    console.log(JSON.stringify({ url: await app.listen({ port: 0, host: '127.0.0.1' }) }));
    process.once('SIGTERM', () => app.close());
  `;
  return started(spawn(process.execPath, ['--input-type=module', '-e', program], { cwd: folder }));
}

async function started(child: ChildProcess): Promise<StudioProcess> {
  const errors: string[] = [];
  child.stderr!.on('data', text => errors.push(String(text)));
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout! });
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)]);
  if (!first) throw new Error(`The server did not start: ${errors.join('')}`);
  const { url } = JSON.parse(String(first[0])) as { url: string };
  return {
    url,
    port: Number(new URL(url).port),
    child,
    errors,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

/** A request as JSON, answered as JSON; throws for refusals. */
export async function ask<Body>(
  { url }: Pick<StudioProcess, 'url'>,
  path: string,
  body?: object | 'post',
): Promise<Body> {
  const response = await fetch(`${url}${path}`, {
    ...(body !== undefined && { method: 'POST' }),
    ...(typeof body === 'object' && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Body;
}

/** Asks until the answer is as wanted. */
export async function askUntil<Body>(
  server: Pick<StudioProcess, 'url'>,
  path: string,
  holds: (body: Body) => boolean,
): Promise<Body> {
  for (;;) {
    const body = await ask<Body>(server, path);
    if (holds(body)) return body;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}
