import type { Image } from '../../core/image.ts';
import type { Random } from '../../core/random.ts';
import { rasterSvg } from '../../images/raster-svg.ts';

/** The outlines of the shapes, around (0, 0) with radius 1. Each kind has a fixed hue, which a model can learn. */
const kinds = [
  { path: 'M 0 -1 A 1 1 0 1 1 -0.001 -1 Z', hue: 4 },
  { path: 'M -0.8 -0.8 H 0.8 V 0.8 H -0.8 Z', hue: 212 },
  { path: 'M 0 -1 L 0.95 0.7 H -0.95 Z', hue: 44 },
  { path: polygon(6, 1, 1), hue: 276 },
  { path: polygon(10, 1, 0.45), hue: 20 },
  { path: 'M -0.33 -1 H 0.33 V -0.33 H 1 V 0.33 H 0.33 V 1 H -0.33 V 0.33 H -1 V -0.33 H -0.33 Z', hue: 145 },
  { path: 'M 0 0.95 C -1.7 -0.2 -0.75 -1.35 0 -0.5 C 0.75 -1.35 1.7 -0.2 0 0.95 Z', hue: 340 },
  { path: 'M 0.4 -0.92 A 1 1 0 1 0 0.4 0.92 A 0.8 0.8 0 1 1 0.4 -0.92 Z', hue: 184 },
] as const;

interface Shape {
  readonly path: string;
  readonly hue: number;
  readonly place: string;
  readonly radius: number;
}

/** Coloured shapes with light and shadow (A), and their outlines (B), aligned pixel by pixel. */
export async function syntheticShapes(random: Random, size: number): Promise<{ a: Image; b: Image }> {
  const shapes = scatter(random.split('shapes'));
  const ground = 30 + 30 * random.split('ground').uniform();
  return { a: await rasterSvg(paint(shapes, ground), size), b: await rasterSvg(outline(shapes), size) };
}

/** From the back to the front. */
function scatter(random: Random): Shape[] {
  const count = 3 + random.integer(5);
  return Array.from({ length: count }, () => {
    const { path, hue } = kinds[random.integer(kinds.length)]!;
    const radius = 9 + 13 * random.uniform();
    const at = () => (radius + (100 - 2 * radius) * random.uniform()).toFixed(2);
    const place = `translate(${at()} ${at()}) rotate(${Math.round(60 * random.uniform() - 30)}) scale(${radius.toFixed(2)})`;
    return { path, hue, place, radius };
  });
}

function paint(shapes: readonly Shape[], ground: number): string {
  const gradients = kinds.map(
    ({ hue }) =>
      `<radialGradient id="h${hue}" cx="0.35" cy="0.3" r="0.85"><stop offset="0" stop-color="hsl(${hue},85%,72%)"/>` +
      `<stop offset="0.55" stop-color="hsl(${hue},75%,52%)"/><stop offset="1" stop-color="hsl(${hue},75%,33%)"/></radialGradient>`,
  );
  const drawn = shapes.map(
    ({ path, hue, place }) =>
      `<g transform="translate(1.6 2)"><path d="${path}" transform="${place}" fill="#000" opacity="0.25"/></g>` +
      `<path d="${path}" transform="${place}" fill="url(#h${hue})"/>`,
  );
  return (
    `<defs>${gradients.join('')}<linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(${ground},32%,94%)"/>` +
    `<stop offset="1" stop-color="hsl(${ground},28%,80%)"/></linearGradient></defs>` +
    `<rect width="100" height="100" fill="url(#g)"/>${drawn.join('')}`
  );
}

/** Shapes in front hide the lines behind them. */
function outline(shapes: readonly Shape[]): string {
  const drawn = shapes.map(
    ({ path, place, radius }) =>
      `<path d="${path}" transform="${place}" fill="#fff" stroke="#111" stroke-width="${1.1 / radius}" stroke-linejoin="round"/>`,
  );
  return `<rect width="100" height="100" fill="#fff"/>${drawn.join('')}`;
}

/** A polygon with corners alternating between two circles. */
function polygon(corners: number, outer: number, inner: number): string {
  const points = Array.from({ length: corners }, (_, i) => {
    const angle = (2 * Math.PI * i) / corners - Math.PI / 2;
    const radius = i % 2 === 0 ? outer : inner;
    return `${(radius * Math.cos(angle)).toFixed(3)} ${(radius * Math.sin(angle)).toFixed(3)}`;
  });
  return `M ${points.join(' L ')} Z`;
}
