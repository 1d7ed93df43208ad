import { lines, rectangle, stroke, turn } from './draw-map.ts';
import type { Building, TownPlan, Tree } from './plan.ts';

const roofs = ['#8c4a3c', '#a05a45', '#6e6a68', '#8d8985', '#b5aea4', '#5a4b45', '#99705a'];
const grounds = { houses: '#7b8a5e', park: '#5f7d45', square: '#b3aa98' } as const;

/** The town as an aerial photo: roofs with shadows, trees, asphalt, gardens and water. */
export function drawAerial({ angle, blocks, columns, rows, river, highway, trees }: TownPlan): string {
  const ground = blocks.map(block => rectangle(block, grounds[block.use])).join('');
  const streets =
    lines(columns, rows, 0.7, '#a9a49b').join('') + lines(columns, rows, -0.7, '#6f6e6d').join('');
  const buildings = blocks.flatMap(block => block.buildings);
  const houses = buildings.map(shadowOf).join('') + buildings.map(drawRoof).join('');
  const water = river
    ? stroke(river.path, '#8a8268', river.width + 1.2) + stroke(river.path, '#44606b', river.width)
    : '';
  const road = highway
    ? stroke(highway.path, '#8f8f8d', highway.width) + stroke(highway.path, '#d8d6c8', 0.25)
    : '';
  // Bridges: streets cross the water, as on the map.
  return [
    '<rect width="100" height="100" fill="#7b8a5e"/>',
    turn(ground + houses, angle),
    water,
    turn(streets, angle),
    turn(river ? '' : trees.map(drawTree).join(''), angle),
    road,
  ].join('');
}

/** Light comes from the upper left. */
function shadowOf({ x, y, width, height, storeys }: Building): string {
  const far = 0.35 * storeys;
  return `<rect x="${x + far}" y="${y + far}" width="${width}" height="${height}" fill="#20261c" opacity="0.45"/>`;
}

/** A flat roof, or one with a ridge along its longer side. */
function drawRoof(building: Building): string {
  const { x, y, width, height, roof } = building;
  const color = roofs[Math.floor(roof * roofs.length)]!;
  const flat = rectangle(building, color);
  if (building.storeys > 3) return flat;
  const along = width >= height;
  const shaded = along
    ? { x, y: y + height / 2, width, height: height / 2 }
    : { x: x + width / 2, y, width: width / 2, height };
  return `${flat}<g opacity="0.3">${rectangle(shaded, '#000000')}</g>`;
}

function drawTree({ x, y, radius, shade }: Tree): string {
  const green = Math.round(70 + 40 * shade);
  return (
    `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="${radius}" fill="#1d2617" opacity="0.5"/>` +
    `<circle cx="${x}" cy="${y}" r="${radius}" fill="rgb(${Math.round(green * 0.62)},${green},${Math.round(green * 0.5)})"/>`
  );
}
