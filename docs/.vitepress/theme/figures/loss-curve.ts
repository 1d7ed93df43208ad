import { h, type VNodeChild } from 'vue';

/** Losses by name, from the first step or epoch to the last, on one scale from 0 to the largest of them. */
export function lossCurves(
  series: Readonly<Record<string, readonly number[]>>,
  /** The place that is marked and whose values are named; default: the last. */
  at?: number,
): VNodeChild {
  const all = Object.values(series);
  const count = all[0]!.length;
  const highest = Math.max(...all.flat(), Number.MIN_VALUE);
  const x = (i: number) => ((100 * i) / Math.max(count - 1, 1)).toFixed(2);
  const y = (value: number) => (39 - (38 * value) / highest).toFixed(2);
  const line = (values: readonly number[], i: number) =>
    h('polyline', {
      class: `live-series-${i}`,
      points: values.map((value, k) => `${x(k)},${y(value)}`).join(' '),
    });
  const names = Object.entries(series).map(
    ([name, values]) => `${name}${count > 0 ? `: ${values.at(at ?? -1)!.toFixed(3)}` : ''}`,
  );
  return h('div', { class: 'live-curve' }, [
    h(
      'svg',
      { viewBox: '0 0 100 40', preserveAspectRatio: 'none', role: 'img', 'aria-label': names.join(', ') },
      [...all.map(line), ...(at === undefined ? [] : [h('line', { x1: x(at), x2: x(at), y1: 0, y2: 40 })])],
    ),
    h(
      'p',
      { 'aria-hidden': true },
      names.map((name, i) => h('span', { class: `live-series-${i}` }, name)),
    ),
  ]);
}
