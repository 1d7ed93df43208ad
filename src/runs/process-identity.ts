import { readFileSync } from 'node:fs';

/** A process, told apart from later ones with the same number; `started` is null where the system doesn't say. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string | null;
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid) };
}

/** Whether the very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process can't be signalled, but is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === null || started === null || now === started;
}

/** Linux counts a process' start in ticks since the machine's, which has an id of its own. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field, the name, may hold blanks and brackets: what follows the last bracket has the third first.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    return state === 'Z' ? `${boot} ended` : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
