import { UserError } from '../../core/errors.ts';
import { createImage, type Image } from '../../core/image.ts';
import { Random } from '../../core/random.ts';
import { type Color, classColors } from '../../data/facade-palette.ts';
import { renderPhoto } from './drawing/render.ts';
import { type FacadePlan, planFacade } from './planning/plan.ts';

export { classColors, type FacadeClass, facadeClasses } from '../../data/facade-palette.ts';

/** One number for a square, or [height, width]. */
export type FacadeSize = number | readonly [height: number, width: number];

/** A synthetic facade: a label map in CMP colours, and a photo aligned with it pixel by pixel. */
export interface SyntheticFacade {
  readonly label: Image;
  readonly photo: Image;
}

const smallestSide = 16;

/** Generates the next facade of a random stream, which is advanced by one draw. */
export function syntheticFacade(random: Random, size: FacadeSize): SyntheticFacade {
  checkFacadeSize(size);
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const own = Random.fromSeed(random.integer(0x7fffffff));
  const plan = planFacade(own.split('plan'), width, height);
  return { label: drawLabel(plan), photo: renderPhoto(plan, own.split('photo')) };
}

/** A numbered series of facades. Item i depends only on the seed and i, not on `count`. */
export function* syntheticFacades(options: {
  count: number;
  size: FacadeSize;
  seed: number;
}): Generator<SyntheticFacade & { name: string }> {
  const series = Random.fromSeed(options.seed);
  for (let i = 0; i < options.count; i++) {
    const facade = syntheticFacade(series.split(`facade/${i}`), options.size);
    yield { name: String(i + 1).padStart(4, '0'), ...facade };
  }
}

/** Throws a {@link UserError} unless both sides are whole numbers of at least 16 pixels. */
export function checkFacadeSize(size: FacadeSize): void {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  checkSide('height', height);
  checkSide('width', width);
}

function checkSide(name: string, pixels: number): void {
  if (Number.isInteger(pixels) && pixels >= smallestSide) return;
  throw new UserError(
    `Cannot make a facade of ${name} ${pixels}: expected a whole number of pixels, ${smallestSide} or more`,
  );
}

/** The label map of a facade: sharp rectangles in exactly the colours of the CMP classes. */
function drawLabel(plan: FacadePlan): Image {
  const image = createImage(plan.width, plan.height);
  for (const element of plan.elements) {
    const color = classColors[element.kind];
    for (let y = element.top; y < element.bottom; y++) {
      fillRow(image, y, element.left, element.right, color);
    }
  }
  return image;
}

function fillRow(image: Image, y: number, left: number, right: number, [red, green, blue]: Color): void {
  const row = y * image.width;
  for (let i = (row + left) * 3; i < (row + right) * 3; i += 3) {
    image.data[i] = red;
    image.data[i + 1] = green;
    image.data[i + 2] = blue;
  }
}
