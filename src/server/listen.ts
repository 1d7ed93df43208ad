import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';
import { createApp } from './app.ts';
import type { Workspace } from './workspace.ts';

export interface ListenOptions {
  readonly workspace: Workspace;
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  /** The token for hosts that other machines can reach; default: a random one. */
  readonly token?: string | undefined;
}

/** A running server. */
export interface Listening {
  /** The URL to open, with the token if one is needed. */
  readonly url: string;
  /** Stops trainings, which save, and then the server. */
  close(): Promise<void>;
}

const localHosts = new Set(['127.0.0.1', 'localhost', '::1']);

// dist/server/listen.js → dist/ui; src/server/listen.ts → dist/ui
const builtPage = fileURLToPath(new URL('../../dist/ui', import.meta.url));

/** Opens a port for the studio. Throws {@link UserError} if it is in use or not allowed. */
export async function listen({ workspace, port, host, token }: ListenOptions): Promise<Listening> {
  const isLocal = localHosts.has(host);
  const secret = isLocal ? (token ?? null) : (token ?? randomBytes(18).toString('base64url'));
  const app = await createApp({
    workspace,
    page: existsSync(builtPage) ? builtPage : null,
    token: secret,
    slots: Math.max(1, Math.floor(cpus().length / 8)),
    onError: error => console.error(error),
  });
  try {
    await app.listen({ port, host });
  } catch (error) {
    await app.close();
    throw new UserError(`Cannot listen on ${host}:${port}: ${reason(error)}`);
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const query = secret === null ? '' : `/?token=${encodeURIComponent(secret)}`;
  return { url: `http://${name}:${address.port}${query}`, close: () => app.close() };
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'the port is in use; --port 0 takes any free one';
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return 'this machine has no such address; --host 0.0.0.0 listens on all';
  if (code === 'EACCES') return 'ports below 1024 are reserved; use another --port';
  return explainFileError(error);
}
