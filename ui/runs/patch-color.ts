type Color = readonly [number, number, number];

/** From "generated" to "real"; distinguishable without seeing red from green. The style sheet has the same stops. */
const stops: readonly Color[] = [
  [230, 85, 13],
  [247, 247, 247],
  [33, 89, 190],
];

/** The colour of a judgement from 0 to 1. */
export function patchColor(value: number): Color {
  const place = Math.min(Math.max(value, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const share = place - below;
  const mix = (c: 0 | 1 | 2) =>
    Math.round(stops[below]![c] + (stops[below + 1]![c] - stops[below]![c]) * share);
  return [mix(0), mix(1), mix(2)];
}
