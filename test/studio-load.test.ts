import { expect, test } from 'vitest';
import { temporaryFolder } from './data-fixtures.ts';
import { loadCampaign } from './reference/studio-load-campaign.ts';
import { isBuilt } from './reference/studio-server.ts';

// The whole campaign, with the limits that it is about, is in test/long.
test.skipIf(!isBuilt)(
  'fifty followers and eight translators are all served while a model trains (needs "npm run build")',
  { timeout: 300_000 },
  async () => {
    const report = await loadCampaign(await temporaryFolder(), 2, 2);
    expect(report.errors).toEqual([]);
    expect(report.messages).toBeGreaterThan(50);
    expect(report.translations).toBeGreaterThan(0);
    expect(report.followed).toBeGreaterThan(0.4);
    expect(report.translating).toBeGreaterThan(0.15);
    expect(report.p95).toBeLessThan(1000);
  },
);
