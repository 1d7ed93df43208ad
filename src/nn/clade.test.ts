import { expect, it } from 'vitest';
import { gradientErrors } from '../../test/reference/finite-differences.ts';
import { randomValues } from '../../test/reference/random-values.ts';
import { total } from '../../test/reference/total.ts';
import { Random } from '../core/random.ts';
import { elements } from '../core/shape.ts';
import { input, interpret, square } from '../graph/index.ts';
import { clade } from './clade.ts';
import { Variables } from './variables.ts';

const variables = new Variables();
const x = input('x', [2, 2, 2, 3]);
const planes = input('planes', [2, 4, 4, 2]);
const y = clade(variables, x, planes, 1e-5);
const weights = randomValues(variables.all(), Random.fromSeed(1));
const random = Random.fromSeed(2);
/** The upper half is of the first label, the lower of the second. */
const labels = Float64Array.from({ length: 64 }, (_, i) => (i % 32 < 16 ? 1 - (i % 2) : i % 2));
const values = {
  ...Object.fromEntries([...weights].map(([name, value]) => [name, Float64Array.from(value)])),
  x: new Float64Array(elements(x.shape)).map(() => random.normal()),
  planes: labels,
};

it('normalises each image, and scales and shifts each pixel by its label', () => {
  const [actual] = interpret([y], values);
  const [gamma, gammaBias, beta, betaBias] = variables.all().map(({ name }) => values[name as 'x']);
  for (let n = 0; n < 2; n++)
    for (let c = 0; c < 3; c++) {
      const pixels = [0, 1, 2, 3].map(p => values.x[(n * 4 + p) * 3 + c]!);
      const mean = pixels.reduce((sum, value) => sum + value) / 4;
      const deviation = Math.sqrt(pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4 + 1e-5);
      pixels.forEach((value, p) => {
        const label = p < 2 ? 0 : 1;
        const scale = 1 + gamma![label * 3 + c]! + gammaBias![c]!;
        const shift = beta![label * 3 + c]! + betaBias![c]!;
        const expected = ((value - mean) / deviation) * scale + shift;
        expect(actual!.data[(n * 4 + p) * 3 + c]).toBeCloseTo(expected, 5);
      });
    }
});

it('has the gradients of finite differences', () => {
  const learned = Object.fromEntries(variables.all().map(({ name, tensor }) => [name, tensor]));
  const errors = gradientErrors(total([square(y)]), { x, ...learned }, values);
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-5);
});
