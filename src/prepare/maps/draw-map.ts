import type { Plot, Street, TownPlan } from './plan.ts';

const [from, to] = [-40, 140];

/** The town as a street map: streets white with an edge, parks green, water blue, the highway yellow. */
export function drawMap({ angle, blocks, columns, rows, river, highway }: TownPlan): string {
  const greens = blocks.filter(({ use }) => use === 'park').map(block => rectangle(block, '#c5e8c5'));
  const squares = blocks.filter(({ use }) => use === 'square').map(block => rectangle(block, '#ece6d8'));
  const houses = blocks.flatMap(block => block.buildings.map(building => rectangle(building, '#dedbd4')));
  const water = river ? stroke(river.path, '#a5ccf5', river.width) : '';
  const road = highway
    ? stroke(highway.path, '#e0a53f', highway.width + 0.9) + stroke(highway.path, '#fbd97a', highway.width)
    : '';
  const turned = `${greens.join('')}${squares.join('')}${houses.join('')}`;
  const streets = [...lines(columns, rows, 0.7, '#d5d0c5'), ...lines(columns, rows, 0, '#ffffff')].join('');
  return `<rect width="100" height="100" fill="#f4f1ea"/>${turn(turned, angle)}${water}${turn(streets, angle)}${road}`;
}

/** Streets along both directions, wider by `more`. */
export function lines(
  columns: readonly Street[],
  rows: readonly Street[],
  more: number,
  color: string,
): string[] {
  const line = (path: string, width: number) => stroke(path, color, width + more);
  return [
    ...columns.map(({ at, width }) => line(`M ${at} ${from} V ${to}`, width)),
    ...rows.map(({ at, width }) => line(`M ${from} ${at} H ${to}`, width)),
  ];
}

export function stroke(path: string, color: string, width: number): string {
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}"/>`;
}

export function rectangle({ x, y, width, height }: Plot, color: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${color}"/>`;
}

export function turn(body: string, angle: number): string {
  return `<g transform="rotate(${angle} 50 50)">${body}</g>`;
}
