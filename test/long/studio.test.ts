import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../data-fixtures.ts';
import { followersCampaign, translatorsCampaign } from '../reference/studio-load-campaign.ts';
import { isBuilt } from '../reference/studio-server.ts';

describe.skipIf(!isBuilt)('the studio (needs "npm run build")', () => {
  test('followed by fifty for two minutes, slows training by less than a tenth', async () => {
    const report = await followersCampaign(await temporaryFolder(), 5, 24);
    console.log(report);
    expect(report.errors).toEqual([]);
    expect(report.share).toBeGreaterThan(0.9);
  });

  test('translating for eight besides, for two minutes, leaves training 40 % of its pace', async () => {
    const report = await translatorsCampaign(await temporaryFolder(), 120);
    console.log(report);
    expect(report.errors).toEqual([]);
    expect(report.share).toBeGreaterThan(0.4);
    expect(report.p95).toBeLessThan(100);
    const [early, late] = [report.memory[0]!, report.memory.at(-1)!];
    expect(late).toBeLessThan(early * 1.1 + 20);
  });
});
