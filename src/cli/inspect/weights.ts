import type { Shape } from '../../core/shape.ts';
import { elements, showShape } from '../../core/shape.ts';
import { readWeights } from '../../files/weights-file.ts';
import { formatCount, formatNumberOf } from '../format.ts';

export interface WeightsReport {
  readonly kind: 'weights';
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly { readonly name: string; readonly shape: Shape }[];
  /** Total number of values in all tensors. */
  readonly values: number;
}

export async function inspectWeights(path: string): Promise<WeightsReport> {
  const { tensors, metadata } = await readWeights(path);
  const list = [...tensors].map(([name, { shape }]) => ({ name, shape }));
  const values = list.reduce((sum, { shape }) => sum + elements(shape), 0);
  return { kind: 'weights', path, metadata, tensors: list, values };
}

export function weightsLines({ path, metadata, tensors, values }: WeightsReport): string[] {
  return [
    `Weights "${path}": ${formatNumberOf(tensors.length, 'tensor')}, ${formatNumberOf(values, 'value')}`,
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${shorten(value)}`),
    ...tensors.map(({ name, shape }) => `  ${name} ${showShape(shape)} ${formatCount(elements(shape))}`),
  ];
}

const longestShown = 80;

function shorten(text: string): string {
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}
