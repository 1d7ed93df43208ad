import { expect, test } from 'vitest';
import { answers, ToyGan, type ToyObjective } from '../../docs/.vitepress/theme/figures/toy-gan.ts';

// The figure of the tutorial's part on results, in which each input has two right answers.

test('L1 ends between the two answers, the adversarial loss at them', () => {
  expect(distanceToAnswer('L1')).toBeGreaterThan(0.2);
  expect(distanceToAnswer('adversarial')).toBeLessThan(0.15);
});

/** The mean distance of generated numbers to the nearest right answer after some training. */
function distanceToAnswer(objective: ToyObjective): number {
  const gan = new ToyGan(objective);
  for (let step = 0; step < 600; step++) gan.step();
  const { condition, generated } = gan.sample();
  const distances = Array.from(generated, (y, i) =>
    Math.min(...answers(condition[i]!).map(answer => Math.abs(y - answer))),
  );
  return distances.reduce((sum, distance) => sum + distance) / distances.length;
}
