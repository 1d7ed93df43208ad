import { expect, it } from 'vitest';
import { convolutionsOf } from '../forms/convolutions.ts';
import { conv2d, input, withScope } from '../graph/index.ts';
import { convolutionKey } from '../lower/cpu/forms.ts';
import { formLines, formRows } from './form-rows.ts';

const [convolution] = convolutionsOf({
  y: withScope('G', () =>
    withScope('down1', () =>
      conv2d(input('x', [1, 8, 8, 4]), input('k', [4, 4, 4, 5]), { stride: 2, padding: [1, 1, 1, 1] }),
    ),
  ),
});
const key = convolutionKey(convolution!);

it('shows a convolution’s form, its share of the peak, and the next best form', () => {
  const one = { pass: 'generate', convolution: convolution! };
  const convolutions = [one, one];
  const rows = formRows(convolutions, {
    forms: { [key]: 'taps' },
    times: { [key]: { columns: 0.5, taps: 0.1, minimal: 0.3 } },
  });
  const gflops = (2 * 4 * 4 * 5 * 16 * 4) / 0.1e-3 / 1e9;
  expect(rows).toEqual([
    {
      pass: 'generate',
      layer: 'G/down1',
      array: 'forward',
      form: 'taps',
      runs: 2,
      milliseconds: 0.1,
      gflops: expect.closeTo(gflops),
      next: { form: 'minimal', milliseconds: 0.3 },
    },
  ]);
  expect(formLines(rows, 2 * gflops)[1]).toMatch(
    /^generate ×2 +G\/down1 +forward +taps +0\.10 +0 +50 % +minimal 0\.30 ms$/,
  );
  expect(formRows(convolutions, { forms: { [key]: 'taps' }, times: {} })).toEqual([]);
});
