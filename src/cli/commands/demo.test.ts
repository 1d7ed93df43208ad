import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { saveBytes, temporaryFolder } from '../../../test/data-fixtures.ts';
import { exists, makeFolder } from '../../files/folder.ts';
import { lockRun } from '../../runs/lock.ts';
import { runCommandLine } from '../main.ts';

it('pix2pix demo leaves the data of a demo that is running alone', async () => {
  const before = process.cwd();
  process.chdir(await temporaryFolder());
  onTestFinished(() => {
    vi.restoreAllMocks();
    process.chdir(before);
  });
  const [model, pair] = [join('runs', 'demo', 'model'), join('runs', 'demo', 'data', 'train', '1.webp')];
  await saveBytes(pair, new Uint8Array(1));
  await makeFolder(model);
  await lockRun(model);
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  expect(await runCommandLine(['demo'])).toBe(2);
  expect(error.mock.calls.join()).toContain(`process ${process.pid} trains there; stop it first`);
  expect(await exists(pair)).toBe(true);
});
