import type { Random } from '../../../core/random.ts';
import type { Rect } from '../geometry.ts';
import { divideBody, placeBody } from './grid.ts';
import { sketchGround } from './ground.ts';
import { sketchNeighbors } from './neighbors.ts';
import { sketchOrnaments } from './ornaments.ts';
import { type Element, Sketch } from './sketch.ts';
import { chooseStyle, type FacadeStyle } from './styles.ts';
import { sketchUpperFloors } from './upper-floors.ts';

/** The elements of a facade; both the label map and the photo are drawn from them. */
export interface FacadePlan {
  readonly width: number;
  readonly height: number;
  /** 1/128 of the shorter side, in pixels. */
  readonly unit: number;
  readonly style: FacadeStyle;
  /** The wall. */
  readonly body: Rect;
  /** Where the ground floor begins. */
  readonly groundTop: number;
  /** In paint order, the background and the wall first. */
  readonly elements: readonly Element[];
}

/** Plans a random facade for an image of the given size. */
export function planFacade(random: Random, width: number, height: number): FacadePlan {
  const sketch = new Sketch(width, height, Math.min(width, height) / 128);
  const style = chooseStyle(random);
  const body = placeBody(random, width, height);
  const grid = divideBody(random, style, body, sketch.unit);
  sketch.add('background', { left: 0, top: 0, right: width, bottom: height });
  sketch.add('facade', body);
  sketchNeighbors(random, sketch, body);
  sketchUpperFloors(random, sketch, style, grid);
  sketchGround(random, sketch, style, grid);
  sketchOrnaments(random, sketch, style, grid);
  return {
    width,
    height,
    unit: sketch.unit,
    style,
    body,
    groundTop: Math.round(grid.ground.from),
    elements: sketch.inPaintOrder(),
  };
}
