import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RunConfig } from '../../config/config.ts';
import { runPaths } from '../../runs/run-folder.ts';
import type { Finding } from './finding.ts';

/** D's cross-entropy where it is certain of everything is 0, where it is at a loss 0.69. */
const DOMINATING = 0.08;
const FEWEST_STEPS = 50;

/** What a run's log says of the game between both networks. */
export async function diagnoseRun(entry: string, runFolder: string, config: RunConfig): Promise<Finding[]> {
  if (config.loss.gan === 0 || config.loss.adversarial !== 'bce') return [];
  const losses = await discriminatorLosses(runPaths(runFolder).log);
  const last = losses.slice(-Math.ceil(losses.length / 5));
  if (losses.length < FEWEST_STEPS) return [];
  const mean = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  if (mean > DOMINATING) return [];
  return [
    {
      entry,
      kind: 'discriminator dominates',
      text: `over the last ${last.length} steps its loss was ${mean.toFixed(3)} (0.69 is even): it tells all pictures apart, and the generator learns little from it`,
      advice:
        'Lower --discriminator-learning-rate, use fewer --discriminator-layers, raise --l1, or try --adversarial lsgan',
    },
  ];
}

/** By step; none where there is no log. */
async function discriminatorLosses(path: string): Promise<number[]> {
  const losses: number[] = [];
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      const event = parse(line);
      if (event?.type === 'step' && typeof event.discriminatorLoss === 'number')
        losses.push(event.discriminatorLoss);
    }
  } catch {
    return [];
  }
  return losses;
}

/** A line that was cut short by a crash is no event. */
function parse(line: string): { type?: unknown; discriminatorLoss?: unknown } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
