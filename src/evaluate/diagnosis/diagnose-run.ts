import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RunConfig } from '../../config/config.ts';
import { runPaths } from '../../runs/run-folder.ts';
import type { Finding } from './finding.ts';

/** D's cross-entropy: 0 if it is certain of everything, 0.69 if it can only guess. */
const DOMINATING = 0.08;
const FEWEST_STEPS = 50;

/** Findings about the balance of both networks, from a run's log. */
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
      text: `over the last ${last.length} steps its loss was ${mean.toFixed(3)} (0.69 means that it only guesses): it recognises all generated images, and the generator learns little from it`,
      advice:
        'Lower --discriminator-learning-rate, use fewer --discriminator-layers, raise --l1, or try --adversarial lsgan',
    },
  ];
}

/** Losses by step; empty if there is no log. */
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

/** Null for a line that was truncated by a crash. */
function parse(line: string): { type?: unknown; discriminatorLoss?: unknown } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
