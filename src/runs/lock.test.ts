import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertNotTraining, identityOf, lockPath, lockRun } from './lock.ts';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(run, { recursive: true }));

const leave = (holder: object) =>
  writeFile(lockPath(run), JSON.stringify({ host: hostname(), parent: identityOf(process.pid), ...holder }));

describe('the lock of a run folder', () => {
  it('admits one process at a time', async () => {
    const unlock = await lockRun(run);
    await expect(lockRun(run)).rejects.toThrow(
      `Cannot train into "${run}": process ${process.pid} trains there; stop it first`,
    );
    await expect(assertNotTraining(run)).rejects.toThrow('trains there');
    await unlock();
    await assertNotTraining(run);
    expect(await readdir(run)).toEqual([]);
  });

  it('admits exactly one of several at once, also over a dead process’s lock', async () => {
    await leave({ pid: 2 ** 22 + 1, started: null });
    const entered = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(run)));
    expect(entered.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['a process that is gone', { pid: 2 ** 22 + 1, started: null }],
    ['another process with the same number', { pid: process.pid, started: 'another boot 17' }],
  ])('is taken over from %s', async (_, holder) => {
    await leave(holder);
    await assertNotTraining(run);
    await (await lockRun(run))();
  });

  it('is taken over if it is damaged', async () => {
    await writeFile(lockPath(run), '{"pid": 12');
    await lockRun(run);
    expect(JSON.parse(await readFile(lockPath(run), 'utf8')).pid).toBe(process.pid);
  });

  it('is respected if it comes from another machine', async () => {
    await leave({ pid: 1, started: null, host: 'elsewhere' });
    await expect(lockRun(run)).rejects.toThrow(
      /process 1 on "elsewhere" trains there; if it has ended, remove ".*lock"$/,
    );
  });

  it('waits for a holder whose parent has ended', async () => {
    const orphan = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1500)']);
    await once(orphan, 'spawn');
    await leave({ ...identityOf(orphan.pid!), parent: { pid: 2 ** 22 + 1, started: null } });
    await lockRun(run);
    expect(orphan.exitCode).toBe(0);
  });
});
