import * as z from 'zod';
import { rankingNames } from '../../metrics/index.ts';
import { type Condition, count, fraction, positive, setting } from './declare.ts';

export const checkpointsSchema = z.strictObject({
  everyEpochs: setting(count, {
    flag: 'save-epochs',
    group: 'Checkpoints',
    help: 'Save a checkpoint every N epochs',
    default: 1,
    before: 1,
    resumable: true,
  }),
  everyMinutes: setting(positive.nullable(), {
    flag: 'save-minutes',
    group: 'Checkpoints',
    help: 'Save within epochs as well, every N minutes',
    default: 10,
    before: null,
    resumable: true,
  }),
  everySteps: setting(count.nullable(), {
    flag: 'save-steps',
    group: 'Checkpoints',
    help: 'Save within epochs as well, every N steps',
    default: null,
    before: null,
    resumable: true,
  }),
  keep: setting(count, {
    flag: 'keep',
    group: 'Checkpoints',
    help: 'Number of newest checkpoints to keep, besides the best',
    default: 2,
    before: 3,
    resumable: true,
  }),
});

/** What happens when training goes wrong. */
const guardActions = ['off', 'warn', 'rollback'] as const;

const rollsBack: readonly Condition[] = [{ 'guard.action': ['rollback'] }];

export const guardSchema = z.strictObject({
  action: setting(z.enum(guardActions), {
    flag: 'guard',
    group: 'Validation',
    help: 'What to do when training goes wrong',
    details:
      'warn: print a warning, and end the run if a loss is NaN; rollback: return to the last good checkpoint with a lower learning rate, also for NaN; off: do nothing',
    default: 'warn',
    before: 'off',
    resumable: true,
  }),
  steps: setting(count, {
    flag: 'guard-steps',
    group: 'Validation',
    help: 'Steps that a problem has to last before the guard acts; NaN losses trigger it immediately',
    default: 200,
    before: 200,
    needs: [{ 'guard.action': guardActions.filter(action => action !== 'off') }],
    resumable: true,
  }),
  factor: setting(fraction, {
    flag: 'rollback-factor',
    group: 'Validation',
    help: 'Multiply the learning rate by this at each rollback',
    default: 0.5,
    before: 0.5,
    needs: rollsBack,
    resumable: true,
  }),
  rollbacks: setting(count, {
    flag: 'rollbacks',
    group: 'Validation',
    help: 'Maximum number of rollbacks',
    default: 3,
    before: 3,
    needs: rollsBack,
    resumable: true,
  }),
});

const validates: readonly Condition[] = [{ 'validation.everySteps': 'set' }];

export const validationSchema = z.strictObject({
  everySteps: setting(count.nullable(), {
    flag: 'validate-steps',
    group: 'Validation',
    help: 'Validate every N steps, on pairs that are not trained on',
    default: null,
    before: null,
    common: true,
  }),
  share: setting(fraction, {
    flag: 'validate-share',
    group: 'Validation',
    help: 'Share of the training pairs to validate on, if the data has no val split',
    default: 0.1,
    before: 0.1,
    needs: validates,
  }),
  metric: setting(z.enum(rankingNames), {
    flag: 'best-by',
    group: 'Validation',
    help: 'Metric that decides which checkpoint is the best',
    details: 'sharpnessError is |log sharpness|, nyquistError |log Nyquist|; docs/evaluate.md explains them',
    default: 'l1',
    before: 'l1',
    needs: validates,
  }),
  patience: setting(count.nullable(), {
    flag: 'stop-after',
    group: 'Validation',
    help: 'Stop after N validations without improvement',
    default: null,
    before: null,
    needs: validates,
    resumable: true,
  }),
});
