import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../data-fixtures.ts';
import { loadCampaign } from '../reference/studio-load-campaign.ts';
import { isBuilt } from '../reference/studio-server.ts';

describe.skipIf(!isBuilt)('the studio (needs "npm run build")', () => {
  test('followed by fifty for two minutes, and translating for eight besides', async () => {
    const report = await loadCampaign(await temporaryFolder(), 20, 6);
    console.log(report);
    expect(report.errors).toEqual([]);
    expect(report.followed).toBeGreaterThan(0.9);
    expect(report.translating).toBeGreaterThan(0.4);
    expect(report.p95).toBeLessThan(100);
    const [early, late] = report.memory;
    expect(late).toBeLessThan(early * 1.1 + 20);
  });
});
