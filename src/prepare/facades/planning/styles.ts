import type { Random } from '../../../core/random.ts';
import type { Color } from '../../../data/facade-palette.ts';

/** How likely a building of a style has an ornament, 0 to 1. */
export interface Habits {
  readonly cornice: number;
  readonly sill: number;
  readonly molding: number;
  readonly shutters: number;
  readonly rolledBlinds: number;
  readonly balcony: number;
  readonly deco: number;
  readonly pillar: number;
  readonly shop: number;
  readonly balustrade: number;
}

export interface FacadeStyle {
  readonly texture: 'stucco' | 'brick' | 'stone' | 'concrete';
  /** Relative frequency: how many of ten buildings have this style. */
  readonly frequency: number;
  /** Limits as shares of the image's shorter side. */
  readonly bayWidth: readonly [number, number];
  readonly floorHeight: readonly [number, number];
  /** Limits of a window's size, as shares of its bay and floor. */
  readonly windowWidth: readonly [number, number];
  readonly windowHeight: readonly [number, number];
  readonly habits: Habits;
  /** The wall's colour is between these two. */
  readonly wall: readonly [Color, Color];
  readonly trim: Color;
  readonly frame: Color;
  readonly blind: Color;
  readonly door: Color;
  readonly accent: Color;
}

const stucco: FacadeStyle = {
  texture: 'stucco',
  frequency: 4,
  bayWidth: [0.15, 0.24],
  floorHeight: [0.19, 0.27],
  windowWidth: [0.4, 0.52],
  windowHeight: [0.48, 0.6],
  habits: {
    cornice: 0.85,
    sill: 0.9,
    molding: 0.7,
    shutters: 0.35,
    rolledBlinds: 0.1,
    balcony: 0.3,
    deco: 0.6,
    pillar: 0.1,
    shop: 0.45,
    balustrade: 0.15,
  },
  wall: [
    [212, 174, 116],
    [216, 156, 116],
  ],
  trim: [238, 228, 208],
  frame: [242, 238, 228],
  blind: [74, 108, 84],
  door: [104, 66, 40],
  accent: [150, 48, 40],
};

const brick: FacadeStyle = {
  texture: 'brick',
  frequency: 2,
  bayWidth: [0.14, 0.22],
  floorHeight: [0.18, 0.26],
  windowWidth: [0.42, 0.56],
  windowHeight: [0.5, 0.62],
  habits: {
    cornice: 0.15,
    sill: 1,
    molding: 0.2,
    shutters: 0,
    rolledBlinds: 0.6,
    balcony: 0.15,
    deco: 0.15,
    pillar: 0,
    shop: 0.65,
    balustrade: 0,
  },
  wall: [
    [156, 84, 62],
    [174, 102, 76],
  ],
  trim: [216, 202, 178],
  frame: [232, 228, 218],
  blind: [226, 214, 184],
  door: [40, 72, 62],
  accent: [36, 82, 66],
};

const stone: FacadeStyle = {
  texture: 'stone',
  frequency: 2,
  bayWidth: [0.16, 0.25],
  floorHeight: [0.2, 0.3],
  windowWidth: [0.36, 0.48],
  windowHeight: [0.5, 0.62],
  habits: {
    cornice: 0.5,
    sill: 0.4,
    molding: 1,
    shutters: 0,
    rolledBlinds: 0.1,
    balcony: 0.6,
    deco: 0.5,
    pillar: 0.85,
    shop: 0.35,
    balustrade: 0.8,
  },
  wall: [
    [198, 180, 146],
    [184, 168, 140],
  ],
  trim: [222, 210, 184],
  frame: [104, 72, 48],
  blind: [126, 92, 62],
  door: [84, 54, 34],
  accent: [112, 40, 44],
};

const concrete: FacadeStyle = {
  texture: 'concrete',
  frequency: 2,
  bayWidth: [0.2, 0.32],
  floorHeight: [0.15, 0.22],
  windowWidth: [0.55, 0.78],
  windowHeight: [0.46, 0.6],
  habits: {
    cornice: 0,
    sill: 0.3,
    molding: 0.1,
    shutters: 0,
    rolledBlinds: 0.6,
    balcony: 0.8,
    deco: 0,
    pillar: 0.05,
    shop: 0.6,
    balustrade: 0,
  },
  wall: [
    [228, 220, 204],
    [214, 208, 196],
  ],
  trim: [196, 190, 180],
  frame: [70, 74, 80],
  blind: [172, 174, 176],
  door: [78, 84, 92],
  accent: [52, 84, 116],
};

/** Each style also shows in the label map, by proportions and ornaments, so that a model can learn its colours. */
const facadeStyles: readonly FacadeStyle[] = [stucco, brick, stone, concrete];

/** Draws a style according to the frequencies. */
export function chooseStyle(random: Random): FacadeStyle {
  const deck = facadeStyles.flatMap(style => Array.from({ length: style.frequency }, () => style));
  return deck[random.integer(deck.length)]!;
}
