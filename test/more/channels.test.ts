import { describe, it } from 'vitest';
import { expectToLearn, otherChannelCounts } from '../reference/channel-counts.ts';

// Some pairs of channel counts: test/channels.test.ts.
describe.each(['unet', 'resnet'] as const)('%s', architecture => {
  it.each(otherChannelCounts)('learns from %i to %i channels', (condition, target) =>
    expectToLearn(architecture, condition, target),
  );
});
