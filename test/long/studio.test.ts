import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../data-fixtures.ts';
import { followersCampaign, translatorsCampaign } from '../reference/studio-load-campaign.ts';
import { isBuilt } from '../reference/studio-server.ts';

describe.skipIf(!isBuilt)('the studio (needs "npm run build")', () => {
  test('50 followers slow training by less than a tenth, over two minutes', async () => {
    const report = await followersCampaign(await temporaryFolder(), 5, 24);
    console.log(report);
    expect(report.errors).toEqual([]);
    expect(report.share).toBeGreaterThan(0.9);
  });

  test('with 8 translating clients as well, training keeps 40 % of its pace, over two minutes', async () => {
    const report = await translatorsCampaign(await temporaryFolder(), 120);
    console.log(report);
    expect(report.errors).toEqual([]);
    expect(report.share).toBeGreaterThan(0.4);
    expect(report.p95).toBeLessThan(100);
    const [early, late] = [report.memory[0]!, report.memory.at(-1)!];
    expect(late).toBeLessThan(early * 1.1 + 20);
  });
});
