import { createImage, type Image } from '../../../core/image.ts';
import { type Color, classColors } from '../../../data/facade-palette.ts';
import type { FacadePlan } from '../planning/plan.ts';

/** The label map of a facade: sharp rectangles in exactly the colours of the CMP classes. */
export function drawLabel(plan: FacadePlan): Image {
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
