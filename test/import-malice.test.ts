import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importModel } from '../src/import/import-model.ts';
import { outcomeOf } from './reference/damage-campaign.ts';
import { maliciousFiles } from './reference/malicious-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'malice-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const here = readdirSync('.');

it.each(maliciousFiles)('%s: refused in a line, soon, without side effects', async (_, bytes) => {
  const target = join(folder, 'target');
  mkdirSync(target, { recursive: true });
  writeFileSync(join(folder, 'file.pth'), bytes);
  const before = process.memoryUsage().rss;
  const outcome = await outcomeOf(join(folder, 'file.pth'), path =>
    importModel(path, { out: target, force: false, statistics: null }),
  );
  expect(outcome).toMatchObject({ flaw: null, refusal: expect.stringContaining('Cannot import "') });
  expect(outcome.milliseconds).toBeLessThan(5000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  expect(readdirSync(folder).sort()).toEqual(['file.pth', 'target']);
  expect(readdirSync(target)).toEqual([]);
  expect(readdirSync('.')).toEqual(here);
});
