import type { Random } from '../../core/random.ts';

/** A rectangle along the town's axes; 100 units are a picture's side. */
export interface Plot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Building extends Plot {
  readonly roof: number;
  /** Storeys. */
  readonly storeys: number;
}

export interface Block extends Plot {
  readonly use: 'houses' | 'park' | 'square';
  readonly buildings: readonly Building[];
}

/** A part of a town seen from above. Streets run along x and y before everything is rotated by `angle` degrees. */
export interface TownPlan {
  readonly angle: number;
  readonly blocks: readonly Block[];
  /** Centres and widths of the streets along y and along x. */
  readonly columns: readonly Street[];
  readonly rows: readonly Street[];
  /** An SVG path across the picture, or none. */
  readonly river: { readonly path: string; readonly width: number } | null;
  readonly highway: { readonly path: string; readonly width: number } | null;
  readonly trees: readonly Tree[];
}

export interface Street {
  readonly at: number;
  readonly width: number;
}

export interface Tree {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly shade: number;
}

/** Extends beyond the picture on all sides, so that a rotated town still fills it. */
const [first, last] = [-35, 135];

export function planTown(random: Random): TownPlan {
  const own = (name: string) => random.split(name);
  const columns = planStreets(own('columns'));
  const rows = planStreets(own('rows'));
  const blocks = planBlocks(columns, rows, own('blocks'));
  const chance = own('features');
  const river = chance.uniform() < 0.35 ? { path: curve(chance), width: 7 + 9 * chance.uniform() } : null;
  const highway = chance.uniform() < 0.4 ? { path: curve(chance), width: 4.5 } : null;
  return {
    angle: 90 * chance.uniform() - 45,
    blocks,
    columns,
    rows,
    river,
    highway,
    trees: planTrees(blocks, own('trees')),
  };
}

function planStreets(random: Random): Street[] {
  const streets: Street[] = [];
  const usual = 13 + 12 * random.uniform();
  for (let at = first; at < last; at += usual * (0.7 + 0.6 * random.uniform())) {
    streets.push({ at, width: random.uniform() < 0.25 ? 4 : 2.4 });
  }
  return streets;
}

function planBlocks(columns: readonly Street[], rows: readonly Street[], random: Random): Block[] {
  const blocks: Block[] = [];
  for (const [i, left] of columns.slice(0, -1).entries()) {
    for (const [k, top] of rows.slice(0, -1).entries()) {
      const [right, bottom] = [columns[i + 1]!, rows[k + 1]!];
      const [x, y] = [left.at + left.width / 2, top.at + top.width / 2];
      const plot = { x, y, width: right.at - right.width / 2 - x, height: bottom.at - bottom.width / 2 - y };
      const draw = random.uniform();
      const use = draw < 0.14 ? 'park' : draw < 0.2 ? 'square' : 'houses';
      blocks.push({ ...plot, use, buildings: use === 'houses' ? planBuildings(plot, random) : [] });
    }
  }
  return blocks;
}

/** Houses along both long sides of a block, with gardens between. */
function planBuildings({ x, y, width, height }: Plot, random: Random): Building[] {
  const buildings: Building[] = [];
  const along = width >= height;
  const length = along ? width : height;
  const depth = Math.min((along ? height : width) * 0.38, 6);
  for (const far of [false, true]) {
    for (let at = 0.6; at < length - 2; ) {
      const front = Math.min(2.5 + 5 * random.uniform(), length - 0.6 - at);
      const deep = depth * (0.7 + 0.3 * random.uniform());
      const across = far ? (along ? height : width) - deep - 0.6 : 0.6;
      const place = along ? { x: x + at, y: y + across } : { x: x + across, y: y + at };
      const size = along ? { width: front, height: deep } : { width: deep, height: front };
      if (random.uniform() < 0.88)
        buildings.push({ ...place, ...size, roof: random.uniform(), storeys: 1 + random.integer(4) });
      at += front + (random.uniform() < 0.4 ? 1.2 : 0.25);
    }
  }
  return buildings;
}

function planTrees(blocks: readonly Block[], random: Random): Tree[] {
  return blocks.flatMap(({ use, x, y, width, height }) => {
    const count = Math.round(
      (width * height * (use === 'park' ? 0.14 : use === 'houses' ? 0.025 : 0.02)) / 1,
    );
    return Array.from({ length: count }, () => ({
      x: x + width * random.uniform(),
      y: y + height * random.uniform(),
      radius: 0.7 + 1.1 * random.uniform(),
      shade: random.uniform(),
    }));
  });
}

/** A smooth curve from one side of the picture to another. */
function curve(random: Random): string {
  const at = () => Math.round(10 + 80 * random.uniform());
  const [start, end, bend, back] = [at(), at(), at(), at()];
  return random.uniform() < 0.5
    ? `M -40 ${start} C 30 ${bend}, 60 ${back}, 140 ${end}`
    : `M ${start} -40 C ${bend} 30, ${back} 60, ${end} 140`;
}
