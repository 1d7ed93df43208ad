import type { ChosenForms } from '../forms/choose-forms.ts';
import { macsOf, type stepConvolutions } from '../forms/convolutions.ts';
import { type Convolution, type ConvolutionPass, convolutionKey, type Form } from '../lower/cpu/forms.ts';

/** A convolution of a training step in the form that was chosen for it, by times measured in graphs of their own. */
export interface FormRow {
  /** generate, discriminate or fool. */
  readonly pass: string;
  readonly layer: string;
  /** The array that is computed. */
  readonly array: ConvolutionPass;
  readonly form: Form;
  /** How often a step runs the pass. */
  readonly runs: number;
  readonly milliseconds: number;
  /** Billions of operations a second, without minimal filtering's savings. */
  readonly gflops: number;
  /** The next best form; null: no other was measured. */
  readonly next: { readonly form: Form; readonly milliseconds: number } | null;
}

/** The rows of a step's convolutions, slowest first; those without times are left out. */
export function formRows(
  convolutions: ReturnType<typeof stepConvolutions>,
  { forms, times }: Pick<ChosenForms, 'forms' | 'times'>,
): FormRow[] {
  const distinct = new Map<string, { runs: number; pass: string; convolution: Convolution }>();
  for (const { pass, convolution } of convolutions) {
    const name = `${pass} ${convolution.scope} ${convolutionKey(convolution)}`;
    const runs = (distinct.get(name)?.runs ?? 0) + 1;
    distinct.set(name, { runs, pass, convolution });
  }
  return [...distinct.values()]
    .flatMap(({ runs, pass, convolution }) => {
      const key = convolutionKey(convolution);
      const [form, measured = {}] = [forms[key]!, times[key]];
      const milliseconds = measured[form];
      if (milliseconds === undefined) return [];
      const others = Object.entries(measured).filter(([other]) => other !== form);
      const [next] = others.toSorted(([, a], [, b]) => a - b);
      return {
        pass,
        layer: layerOf(convolution.scope),
        array: convolution.pass,
        form,
        runs,
        milliseconds,
        gflops: (2 * macsOf(convolution)) / milliseconds / 1e6,
        next: next ? { form: next[0] as Form, milliseconds: next[1] } : null,
      };
    })
    .sort((a, b) => b.runs * b.milliseconds - a.runs * a.milliseconds);
}

/** `G/up4/grad` → `G/up4`. */
const layerOf = (scope: string): string => scope.split('/').slice(0, 2).join('/');

/** {@link formRows} as a table. @param peak GFLOP/s of the machine's matrix product. */
export function formLines(rows: readonly FormRow[], peak: number): string[] {
  const total = rows.reduce((sum, { runs, milliseconds }) => sum + runs * milliseconds, 0);
  const lines = rows.map(({ pass, runs, layer, array, form, milliseconds, gflops, next }) => {
    const share = `${((100 * gflops) / peak).toFixed(0)} %`;
    const other = next ? `${next.form} ${next.milliseconds.toFixed(2)} ms` : '';
    const times = runs === 1 ? '' : ` ×${runs}`;
    return `${`${pass}${times}`.padEnd(17)}${layer.padEnd(12)}${array.padEnd(9)}${form.padEnd(9)}${milliseconds.toFixed(2).padStart(8)}${gflops.toFixed(0).padStart(9)}${share.padStart(9)}   ${other}`;
  });
  return [
    `${'Pass'.padEnd(17)}${'Layer'.padEnd(12)}${''.padEnd(9)}${'Form'.padEnd(9)}${'ms'.padStart(8)}${'GFLOP/s'.padStart(9)}${'of peak'.padStart(9)}   next best`,
    ...lines,
    `Convolutions of a step, each by itself: ${total.toFixed(0)} ms. Peak: ${peak.toFixed(0)} GFLOP/s, a matrix product of 2048³.`,
    'GFLOP/s count all products of a convolution (of an upsampled one at low resolution), also those that minimal filtering saves.',
  ];
}
