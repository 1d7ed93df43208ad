import type { RunConfig } from '../../config/config.ts';
import type { TroubleKind } from '../../runs/events.ts';

const lowerRate = ({ optimizer }: RunConfig): string =>
  `--learning-rate ${formatRate(optimizer.learningRate / 4)}`;

/** What helps against a trouble, given the run's settings. */
export const advice: Readonly<Record<TroubleKind, (config: RunConfig) => string>> = {
  'non-finite': config =>
    `try ${lowerRate(config)}${config.optimizer.clipNorm === null ? ' or --clip-norm 1' : ''}`,
  'discriminator-won': ({ optimizer, loss }) => {
    const rate = optimizer.discriminatorLearningRate ?? optimizer.learningRate;
    const term = loss.l1 === 0 ? ', or add --l1 100, which pulls towards the targets' : '';
    return `slow it down with --discriminator-learning-rate ${formatRate(rate / 4)}${term}`;
  },
  'flat-output': config => `try ${lowerRate(config)}${config.loss.l1 === 0 ? ' or --l1 100' : ''}`,
  'l1-rising': config => `try ${lowerRate(config)}, or a smaller --gan`,
};

/** `0.00005`, `5e-8` */
function formatRate(rate: number): string {
  return `${Number(rate.toPrecision(2))}`;
}
