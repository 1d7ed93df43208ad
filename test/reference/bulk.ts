import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

/** A server of its own that can be stopped and started again on the same port with the same data. */
export interface TestServer {
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function serverOf(port: number, program: string, args: readonly string[]): Promise<TestServer> {
  let child: ChildProcess | null = null;
  const server: TestServer = {
    port,
    start: async () => {
      child = spawn(program, args, { stdio: 'ignore' });
      while (!(await answers(port))) await sleep(50);
    },
    stop: async () => {
      const stopping = child;
      child = null;
      if (!stopping || stopping.exitCode !== null) return;
      stopping.kill('SIGTERM');
      await once(stopping, 'exit');
    },
  };
  await server.start();
  return server;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isThere = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return isThere;
}

/** Debian's redis-server, which keeps all it is given in `folder`. */
export async function startRedis(
  program: string,
  folder: string,
  flags: readonly string[] = [],
): Promise<TestServer> {
  const port = await freePort();
  return serverOf(port, program, ['--port', `${port}`, '--dir', folder, '--appendonly', 'yes', ...flags]);
}

/** SHA-256 of every picture below a folder, by its path from there. */
export async function hashesBelow(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.png')).sort();
  const hashes: Record<string, string> = {};
  // One by one: thousands of files can't be open at once.
  for (const name of names) hashes[name] = hashOf(await readFile(join(folder, name)));
  return hashes;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Ids of the processes that a process has started (Linux). */
export function childrenOf(id: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(child => {
      try {
        return readFileSync(`/proc/${child}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(id);
      } catch {
        return false;
      }
    });
}

/** Amazon's S3 as a server of its own, with buckets that keep their objects in `folder`; its only user is {@link s3User}. */
export async function startS3(folder: string, buckets: readonly string[]): Promise<TestServer> {
  const port = await freePort();
  const configured = buckets.flatMap(bucket => ['--configure-bucket', bucket]);
  // It takes `/bucket/`, as the client writes it in lists, for `/bucket`, and finds such signatures wrong.
  const flags = ['--silent', '--allow-mismatched-signatures'];
  const args = ['-d', folder, '-a', '127.0.0.1', '-p', `${port}`, ...flags, ...configured];
  const program = `require('@20minutes/s3rver/lib/cli.js').parse(${JSON.stringify(args)}, { from: 'user' })`;
  // Lists in several pages take a cipher that OpenSSL calls legacy.
  const node = ['--openssl-legacy-provider', '--input-type=commonjs', '-e'];
  return serverOf(port, process.execPath, [...node, program]);
}

export const s3User = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };
