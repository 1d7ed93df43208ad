import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followersCampaign, translatorsCampaign } from '../reference/studio-load-campaign.ts';
import { isBuilt } from '../reference/studio-server.ts';

// The whole campaigns, with the limits that they are about, are in test/long.
describe.skipIf(!isBuilt)('a model in training (needs "npm run build")', { timeout: 300_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pix2pix-load-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is hardly slowed by 50 followers', async () => {
    const report = await followersCampaign(folder, 2, 2);
    expect(report.errors).toEqual([]);
    expect(report.messages).toBeGreaterThan(50);
    expect(report.share).toBeGreaterThan(0.4);
    // Unlike paces, this does not depend on what else the machine does.
    expect(report.processor.followed - report.processor.alone).toBeLessThan(0.2);
  });

  test('continues with 50 followers and 8 translating clients', async () => {
    const report = await translatorsCampaign(folder, 3);
    expect(report.errors).toEqual([]);
    expect(report.translations).toBeGreaterThan(0);
    expect(report.share).toBeGreaterThan(0.15);
    expect(report.p95).toBeLessThan(1000);
  });
});
