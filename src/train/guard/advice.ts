import type { RunConfig } from '../../config/config.ts';
import type { TroubleKind } from '../../runs/events.ts';

type Advice = (config: RunConfig) => string;

const lowerRate = ({ optimizer }: RunConfig): string =>
  `--learning-rate ${formatRate(optimizer.learningRate / 4)}`;

const advice: Readonly<Record<TroubleKind, Advice>> = {
  'non-finite': config =>
    `try ${lowerRate(config)}${config.optimizer.clipNorm === null ? ' or --clip-norm 1' : ''}`,
  'discriminator-won': ({ optimizer, loss }) => {
    const rate = optimizer.discriminatorLearningRate ?? optimizer.learningRate;
    const term = loss.l1 === 0 ? ', or --l1 100, which pulls towards the targets as well' : '';
    return `slow it down with --discriminator-learning-rate ${formatRate(rate / 4)}${term}`;
  },
  'flat-output': config => `try ${lowerRate(config)}${config.loss.l1 === 0 ? ' or --l1 100' : ''}`,
  'l1-rising': config => `try ${lowerRate(config)}, or a smaller --gan`,
};

/** What helps against a trouble, given what the run does already. */
export function advise(kind: TroubleKind, config: RunConfig): string {
  return advice[kind](config);
}

/** `0.00005`, `5e-8` */
function formatRate(rate: number): string {
  return `${Number(rate.toPrecision(2))}`;
}
