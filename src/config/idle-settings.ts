import type { RunConfig } from './config.ts';
import { usesDiscriminator } from './config.ts';
import type { SomeOf } from './merge-config.ts';
import { fieldName } from './run-flags.ts';

/** What decides nothing in some runs. */
interface Idle {
  readonly path: readonly string[];
  readonly in: (config: RunConfig) => boolean;
  readonly because: string;
}

const withoutDiscriminator = (config: RunConfig): boolean => !usesDiscriminator(config);
const unlessBlocks = ({ generator }: RunConfig): boolean =>
  !['resnet', 'enhancer'].includes(generator.architecture);
const unlessAdam = ({ optimizer }: RunConfig): boolean => optimizer.method === 'sgd';
const unlessRollback = ({ guard }: RunConfig): boolean => guard.action !== 'rollback';
const unlessValidated = ({ validation }: RunConfig): boolean => validation.everySteps === null;

const trainsNoDiscriminator = 'without --gan or --feature-matching no discriminator is trained';
const scoresNothing = 'nothing is scored without --validate-steps';

const idle: readonly Idle[] = [
  { path: ['discriminator', 'layers'], in: withoutDiscriminator, because: trainsNoDiscriminator },
  { path: ['discriminator', 'scales'], in: withoutDiscriminator, because: trainsNoDiscriminator },
  { path: ['discriminator', 'conditional'], in: withoutDiscriminator, because: trainsNoDiscriminator },
  { path: ['loss', 'adversarial'], in: withoutDiscriminator, because: trainsNoDiscriminator },
  {
    path: ['loss', 'gradientPenalty'],
    in: ({ loss }) => loss.adversarial !== 'wgan-gp',
    because: 'only --adversarial wgan-gp has a penalty',
  },
  {
    path: ['generator', 'blocks'],
    in: unlessBlocks,
    because: 'only generators resnet and enhancer have residual blocks',
  },
  {
    path: ['generator', 'enhancerBlocks'],
    in: ({ generator }) => generator.architecture !== 'enhancer',
    because: 'only generator enhancer has these blocks',
  },
  {
    path: ['generator', 'inference', 'statistics'],
    in: ({ generator }) => generator.norm !== 'batch',
    because: 'only batch norm has statistics to choose from',
  },
  {
    path: ['generator', 'inference', 'dropout'],
    in: ({ generator }) => generator.dropout === 0,
    because: 'the generator has no dropout',
  },
  { path: ['optimizer', 'beta1'], in: unlessAdam, because: 'only adam and adamw have it' },
  {
    path: ['optimizer', 'momentum'],
    in: ({ optimizer }) => optimizer.method !== 'sgd',
    because: 'only --optimizer sgd has it',
  },
  {
    path: ['schedule', 'constantEpochs'],
    in: ({ schedule }) => !['linear', 'cosine'].includes(schedule.course),
    because: 'only schedules linear and cosine have them',
  },
  {
    path: ['schedule', 'constantEpochs'],
    in: ({ schedule, epochs }) =>
      ['linear', 'cosine'].includes(schedule.course) && schedule.constantEpochs >= epochs,
    because: 'the run ends before the learning rate would fall',
  },
  {
    path: ['schedule', 'stepEpochs'],
    in: ({ schedule }) => schedule.course !== 'step',
    because: 'only --schedule step has them',
  },
  {
    path: ['schedule', 'patience'],
    in: ({ schedule }) => schedule.course !== 'plateau',
    because: 'only --schedule plateau has it',
  },
  {
    path: ['schedule', 'factor'],
    in: ({ schedule }) => !['step', 'plateau'].includes(schedule.course),
    because: 'only schedules step and plateau have it',
  },
  {
    path: ['guard', 'steps'],
    in: ({ guard }) => guard.action === 'off',
    because: 'the guard is off',
  },
  { path: ['guard', 'factor'], in: unlessRollback, because: 'only --guard rollback has it' },
  { path: ['guard', 'rollbacks'], in: unlessRollback, because: 'only --guard rollback has them' },
  { path: ['validation', 'share'], in: unlessValidated, because: scoresNothing },
  { path: ['validation', 'metric'], in: unlessValidated, because: scoresNothing },
  { path: ['validation', 'patience'], in: unlessValidated, because: scoresNothing },
];

/** A sentence for each setting in `overrides` that changes nothing about a run of `config`. */
export function idleSettings(overrides: SomeOf<RunConfig>, config: RunConfig): string[] {
  return idle
    .filter(({ path, in: isIdle }) => isGiven(overrides, path) && isIdle(config))
    .map(({ path, because }) => `${fieldName(path)} has no effect: ${because}`);
}

function isGiven(overrides: unknown, path: readonly string[]): boolean {
  const value = path.reduce<unknown>(
    (group, field) => (group as Record<string, unknown> | undefined)?.[field],
    overrides,
  );
  return value !== undefined && value !== null;
}
