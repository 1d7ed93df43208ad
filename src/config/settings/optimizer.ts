import * as z from 'zod';
import { adamForms } from '../../nn/adam.ts';
import { optimizerNames } from '../../nn/optimizers.ts';
import { below1, type Condition, count, fraction, positive, setting, weight } from './declare.ts';

const group = 'Optimiser';

const usesAdam: readonly Condition[] = [
  { 'optimizer.method': optimizerNames.filter(name => name !== 'sgd') },
];

export const optimizerSchema = z.strictObject({
  method: setting(z.enum(optimizerNames), {
    flag: 'optimizer',
    group,
    help: 'Optimiser of both networks',
    default: 'adam',
  }),
  learningRate: setting(positive, {
    flag: 'learning-rate',
    group,
    help: 'Learning rate of the generator, and of the discriminator unless that is set',
    default: 2e-4,
    common: true,
    resumable: true,
  }),
  discriminatorLearningRate: setting(positive.nullable(), {
    flag: 'discriminator-learning-rate',
    group,
    help: 'Learning rate of the discriminator; if not set, that of the generator',
    default: null,
    resumable: true,
  }),
  beta1: setting(below1, {
    flag: 'beta1',
    group,
    help: 'Adam’s β₁, the decay of its mean of gradients',
    default: 0.5,
    needs: usesAdam,
  }),
  beta2: setting(below1, {
    flag: 'beta2',
    group,
    help: 'Adam’s β₂, the decay of its mean of squared gradients',
    default: 0.999,
    needs: usesAdam,
  }),
  epsilon: setting(positive, { flag: null, group, help: 'Adam’s ε', default: 1e-8, needs: usesAdam }),
  form: setting(z.enum(adamForms), {
    flag: null,
    group,
    help: 'Where Adam adds ε',
    details: 'keras: outside the bias correction; pytorch: inside',
    default: 'pytorch',
    needs: usesAdam,
  }),
  shared: setting(z.boolean(), {
    flag: null,
    group,
    help: 'One step counter for both networks, as with one Keras optimiser object',
    default: false,
    needs: usesAdam,
  }),
  momentum: setting(below1, {
    flag: 'momentum',
    group,
    help: 'Momentum of SGD',
    default: 0.9,
    needs: [{ 'optimizer.method': ['sgd'] }],
  }),
  weightDecay: setting(weight, {
    flag: 'weight-decay',
    group,
    help: 'Weight decay of AdamW and SGD',
    default: 0,
  }),
  gradientCompression: setting(z.enum(['none', 'fp16']), {
    flag: 'gradient-compression',
    group,
    help: 'How processes that train together send each other their gradients',
    details: 'none: in 32 bits; fp16: in 16 bits, for slow networks. Without effect in a single process',
    default: 'none',
    before: 'none',
    resumable: true,
  }),
  clipNorm: setting(positive.nullable(), {
    flag: 'clip-norm',
    group,
    help: 'Clip each network’s gradients to this norm',
    default: null,
    resumable: true,
  }),
  accumulate: setting(count, {
    flag: 'accumulate',
    group,
    help: 'Batches whose gradients are averaged for one update',
    default: 1,
  }),
  average: setting(z.number().positive().lt(1).nullable(), {
    flag: 'average',
    group,
    help: 'Decay of an exponential moving average (EMA) of the generator’s weights, such as 0.999',
    details: 'Translations then use the averaged weights',
    default: null,
  }),
});

/** How the learning rate changes during a run. */
const courses = ['constant', 'linear', 'cosine', 'step', 'plateau'] as const;

const falls: Condition = { 'schedule.course': ['linear', 'cosine'] };

export const scheduleSchema = z.strictObject({
  course: setting(z.enum(courses), {
    flag: 'schedule',
    group: 'Schedule',
    help: 'Learning rate schedule',
    details:
      'linear, cosine: falls to 0 at the end; step: × factor at intervals; plateau: × factor when the loss stops falling',
    default: 'linear',
    resumable: true,
  }),
  warmUpEpochs: setting(weight, {
    flag: 'warm-up-epochs',
    group: 'Schedule',
    help: 'Epochs in which the learning rate rises from 0; may be a fraction, such as 0.5',
    default: 0,
    resumable: true,
  }),
  rateScaling: setting(z.enum(['none', 'sqrt', 'linear']), {
    flag: 'rate-scaling',
    group: 'Schedule',
    help: 'Scale the learning rates with the batch size',
    details:
      'linear: × batch size; sqrt: × its square root. For large batches; --warm-up-epochs 5 helps at the beginning',
    default: 'none',
    before: 'none',
    resumable: true,
  }),
  constantEpochs: setting(z.int().min(0), {
    flag: 'constant-epochs',
    group: 'Schedule',
    help: 'Epochs before the learning rate starts to fall',
    details: 'If --epochs changes, this changes in proportion',
    default: 100,
    needs: [falls, { epochs: { above: 'schedule.constantEpochs' } }],
    resumable: true,
  }),
  stepEpochs: setting(count, {
    flag: 'step-epochs',
    group: 'Schedule',
    help: 'With --schedule step: epochs between two reductions of the learning rate',
    default: 50,
    needs: [{ 'schedule.course': ['step'] }],
    resumable: true,
  }),
  patience: setting(count, {
    flag: 'patience',
    group: 'Schedule',
    help: 'With --schedule plateau: steps without a lower loss before the learning rate is reduced',
    details: 'The loss is averaged over about 100 steps',
    default: 2000,
    needs: [{ 'schedule.course': ['plateau'] }],
    resumable: true,
  }),
  factor: setting(fraction, {
    flag: 'factor',
    group: 'Schedule',
    help: 'Multiply the learning rate by this at each reduction',
    default: 0.1,
    needs: [{ 'schedule.course': ['step', 'plateau'] }],
    resumable: true,
  }),
});
