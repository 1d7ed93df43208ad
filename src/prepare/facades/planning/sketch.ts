import type { FacadeClass } from '../../../data/facade-palette.ts';
import { heightOf, type Rect, widthOf } from '../geometry.ts';

/** One rectangle of a label map, in whole pixels. */
export interface Element extends Rect {
  readonly kind: FacadeClass;
}

/** Back to front: elements that protrude from the wall come after those that they may cover or cast a shadow on. */
const paintOrder: readonly FacadeClass[] = [
  'background',
  'facade',
  'window',
  'door',
  'shop',
  'sill',
  'cornice',
  'molding',
  'blind',
  'pillar',
  'deco',
  'balcony',
];

/** Collects the elements of a facade, rounded to whole pixels and cut at the image's border. */
export class Sketch {
  private readonly elements: Element[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
    /** 1/128 of the shorter side, in pixels: the unit of all details. */
    readonly unit: number,
  ) {}

  add(kind: FacadeClass, rect: Rect): void {
    const element = {
      kind,
      left: Math.max(0, Math.round(rect.left)),
      top: Math.max(0, Math.round(rect.top)),
      right: Math.min(this.width, Math.round(rect.right)),
      bottom: Math.min(this.height, Math.round(rect.bottom)),
    };
    if (widthOf(element) > 0 && heightOf(element) > 0) this.elements.push(element);
  }

  /** Whether `rect` contains only wall or background so far. */
  isFree(rect: Rect): boolean {
    return !this.elements.some(
      ({ kind, left, top, right, bottom }) =>
        kind !== 'background' &&
        kind !== 'facade' &&
        left < rect.right &&
        rect.left < right &&
        top < rect.bottom &&
        rect.top < bottom,
    );
  }

  /** All elements in painting order. */
  inPaintOrder(): Element[] {
    return paintOrder.flatMap(kind => this.elements.filter(element => element.kind === kind));
  }
}
