import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { UserError } from '../core/errors.ts';
import { explainFileError } from '../files/file-error.ts';

// Only one process at a time may train in a run folder: the one named in its `lock` file. A killed process leaves its
// lock behind. The next one recognises that: no such process exists, or its id now belongs to another process.

const processSchema = z.object({ pid: z.int(), started: z.string().nullable() });
const lockSchema = processSchema.extend({
  host: z.string(),
  /** The process that started the training; when it ends, the training ends, too. */
  parent: processSchema,
});
type Holder = z.infer<typeof lockSchema>;

/** How long to wait for a training process whose parent has ended; it ends after its current step. */
const orphanSeconds = 60;

export function lockPath(runFolder: string): string {
  return join(runFolder, 'lock');
}

/**
 * Locks a run folder for this process. Throws {@link UserError} if another process trains in it. @returns a function
 * that releases the lock.
 */
export async function lockRun(runFolder: string): Promise<() => Promise<void>> {
  const path = lockPath(runFolder);
  const holder = { ...identityOf(process.pid), host: hostname(), parent: identityOf(process.ppid) };
  try {
    while (!(await claim(path, `${JSON.stringify(holder)}\n`))) await removeStaleLock(runFolder);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`Cannot train into "${runFolder}": ${explainFileError(error)}`);
  }
  return () => rm(path, { force: true }).catch(() => {});
}

/** Throws {@link UserError} if a process trains in the run folder. */
export async function assertNotTraining(runFolder: string): Promise<void> {
  const holder = await readHolder(lockPath(runFolder));
  if (holder && holds(holder)) refuse(runFolder, holder);
}

/** How disks without hard links, such as exFAT, answer. */
const withoutLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Creates the lock with its content by linking; otherwise others could see an empty lock in between. */
async function claim(path: string, content: string): Promise<boolean> {
  const own = `${path}.${process.pid}`;
  try {
    await writeFile(own, content);
    await link(own, path).catch(error => {
      if (!withoutLinks.includes(error.code)) throw error;
      return writeFile(path, content, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true }).catch(() => {});
  }
}

/** Removes the lock of a process that has ended, after waiting for one that is about to end. */
async function removeStaleLock(runFolder: string): Promise<void> {
  const path = lockPath(runFolder);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const holder = parseHolder(text);
  for (let waited = 0; holder && holds(holder); waited += 0.1) {
    const orphan = holder.host === hostname() && !isAlive(holder.parent);
    if (!orphan || waited > orphanSeconds) refuse(runFolder, holder);
    await sleep(100);
  }
  // The lock is renamed first: if two processes do this at once, one gets the old lock, and the other finds none, or
  // gets a new one, which it puts back.
  const temporary = `${path}.stale-${process.pid}`;
  await rename(path, temporary).catch(() => {});
  const taken = await readFile(temporary, 'utf8').catch(() => text);
  if (taken !== text) await link(temporary, path).catch(() => {});
  await rm(temporary, { force: true });
}

/** Whether a lock's holder still runs; assumed for processes on other machines. */
function holds(holder: Holder): boolean {
  return holder.host !== hostname() || isAlive(holder);
}

function refuse(runFolder: string, { pid, host }: Holder): never {
  const elsewhere = host === hostname() ? '' : ` on "${host}"`;
  const fix = elsewhere === '' ? 'stop it first' : `if it has ended, remove "${lockPath(runFolder)}"`;
  throw new UserError(`Cannot train into "${runFolder}": process ${pid}${elsewhere} trains there; ${fix}`);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parseHolder(text);
}

/** Undefined for a damaged lock, which counts as free. */
function parseHolder(text: string): Holder | undefined {
  try {
    return lockSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * A process, distinguished from later ones with the same id by its start time; `started` is null if that is unknown.
 */
interface ProcessIdentity {
  readonly pid: number;
  readonly started: string | null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid) };
}

/** Whether exactly this process still runs. */
function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user can't be signalled, but exists.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === null || started === null || now === started;
}

/** Linux gives a process's start in ticks since boot; the boot has an id as well. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the name, may contain spaces and brackets; the third field follows the last bracket.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' ? `${boot} ended` : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
