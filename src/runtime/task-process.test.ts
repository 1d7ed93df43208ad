import { expect, onTestFinished, test } from 'vitest';
import { startTaskProcess, TaskLostError } from './task-process.ts';

test('a task is lost if its process can’t be started, and the next one can be tried', async () => {
  const { execPath } = process;
  process.execPath = '/nowhere/node';
  onTestFinished(() => {
    process.execPath = execPath;
  });
  const tasks = startTaskProcess(new URL('./none.js', import.meta.url), { milliseconds: 60_000 });
  for (let attempt = 0; attempt < 2; attempt++) {
    const running = tasks.run({});
    await expect(running).rejects.toThrow(TaskLostError);
    await expect(running).rejects.toThrow(/^Cannot start the worker process: .*ENOENT/);
  }
});
