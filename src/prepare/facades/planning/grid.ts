import type { Random } from '../../../core/random.ts';
import { between, chance, heightOf, type Rect, widthOf } from '../geometry.ts';
import type { FacadeStyle } from './styles.ts';

/** An interval along one axis. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The positions of floors and bays on a facade, in pixels. */
export interface FacadeGrid {
  readonly body: Rect;
  /** The strip between the roof and the top floor. */
  readonly entablature: Span;
  /** From the top floor down, without the ground floor. */
  readonly floors: readonly Span[];
  readonly ground: Span;
  /** From left to right. */
  readonly bays: readonly Span[];
  readonly doorBay: number;
}

/** Chooses the wall's position in the image; the rest is sky, neighbours and pavement. */
export function placeBody(random: Random, width: number, height: number): Rect {
  const margin = (probability: number, low: number, high: number) =>
    chance(random, probability) ? between(random, low, high) : 0;
  return {
    left: Math.round(width * margin(0.6, 0.05, 0.17)),
    top: Math.round(height * margin(0.8, 0.05, 0.15)),
    right: width - Math.round(width * margin(0.6, 0.05, 0.17)),
    bottom: height - Math.round(height * margin(0.75, 0.03, 0.07)),
  };
}

/** Divides the wall into floors and bays. `unit` is 1/128 of the image's shorter side, in pixels. */
export function divideBody(random: Random, style: FacadeStyle, body: Rect, unit: number): FacadeGrid {
  const roof = body.top + between(random, 4, 9) * unit;
  const rows = divide(random, { from: roof, to: body.bottom }, style.floorHeight, 6, 2, unit, floorWeights);
  const edge = between(random, 0.01, 0.05) * widthOf(body);
  const inner = { from: body.left + edge, to: body.right - edge };
  const bays = divide(random, inner, style.bayWidth, 5, 1, unit, bayWeights);
  const middle = Math.floor(bays.length / 2);
  return {
    body,
    entablature: { from: body.top, to: Math.min(roof, body.top + heightOf(body) / 4) },
    floors: rows.slice(0, -1),
    ground: rows.at(-1)!,
    bays,
    doorBay: chance(random, 0.6) ? middle : random.integer(bays.length),
  };
}

type Weights = (random: Random, count: number) => number[];

function divide(
  random: Random,
  span: Span,
  limits: readonly [number, number],
  minimumPixels: number,
  minimumCount: number,
  unit: number,
  weights: Weights,
): Span[] {
  const length = span.to - span.from;
  const step = Math.max(minimumPixels, between(random, ...limits) * 128 * unit);
  return splitByWeights(span, weights(random, Math.max(minimumCount, Math.round(length / step))));
}

function splitByWeights(span: Span, weights: readonly number[]): Span[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let from = span.from;
  return weights.map(weight => {
    const to = from + ((span.to - span.from) * weight) / total;
    const part = { from, to };
    from = to;
    return part;
  });
}

/** Roughly: a low top floor, a tall first floor and a taller ground floor. */
function floorWeights(random: Random, count: number): number[] {
  const weights = Array.from({ length: count }, () => 1);
  weights[0] = between(random, 0.8, 1);
  if (count > 2) weights[count - 2] = between(random, 1, 1.2);
  weights[count - 1] = between(random, 1.1, 1.35);
  return weights;
}

/** Equal bays, or a wide one in the middle, or a wide one at one end. */
function bayWeights(random: Random, count: number): number[] {
  const weights = Array.from({ length: count }, () => 1);
  const shape = random.uniform();
  const extra = between(random, 1.3, 1.6);
  if (shape < 0.25 && count % 2 === 1) weights[(count - 1) / 2] = extra;
  else if (shape > 0.8) weights[chance(random, 0.5) ? 0 : count - 1] = extra;
  return weights;
}
