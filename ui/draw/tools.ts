import { getStroke } from 'perfect-freehand';
import type { Image } from '../../src/core/image.ts';
import { imageOf } from '../../src/web/pixels.ts';
import type { IconName } from '../parts/icon.tsx';
import { pixelsOf } from '../parts/pixels.ts';
import { type Color, copyOf, fillRectangle, floodFill, type Point, strokeLine } from './raster.ts';
import { css } from './swatches.ts';

export type ToolName = 'brush' | 'rectangle' | 'fill' | 'eraser';

export interface ToolKind {
  readonly name: ToolName;
  readonly title: string;
  readonly icon: IconName;
  readonly key: string;
}

export const tools: readonly ToolKind[] = [
  { name: 'brush', title: 'Brush', icon: 'brush', key: 'b' },
  { name: 'rectangle', title: 'Rectangle', icon: 'rectangle', key: 'r' },
  { name: 'fill', title: 'Fill', icon: 'fill', key: 'f' },
  { name: 'eraser', title: 'Eraser', icon: 'eraser', key: 'e' },
];

/** The settings of a tool. */
export interface ToolSettings {
  readonly tool: ToolName;
  readonly color: Color;
  readonly background: Color;
  /** Diameter of brush and eraser, in the drawing's pixels. */
  readonly diameter: number;
  /** Smooth pen lines, as drawings have them, instead of hard-edged labels. */
  readonly pen: boolean;
  /** How much colours of one area may differ when it is filled, in any channel. */
  readonly tolerance: number;
}

/** A point of a pointer's path, with a pressure from 0 to 1. */
export interface Touch {
  readonly point: Point;
  /** Null for a mouse or a finger. */
  readonly pressure: number | null;
}

/** The drawing with a tool's mark along `touches`, from the first to the current one. */
export function applyTool(drawing: Image, settings: ToolSettings, touches: readonly Touch[]): Image {
  const color = settings.tool === 'eraser' ? settings.background : settings.color;
  if (settings.tool === 'brush' && settings.pen) return drawPen(drawing, touches, color, settings.diameter);
  const image = copyOf(drawing);
  const [first, last] = [touches[0]!, touches.at(-1)!];
  if (settings.tool === 'rectangle') fillRectangle(image, first.point, last.point, color);
  else if (settings.tool === 'fill') floodFill(image, first.point, color, settings.tolerance);
  else
    touches.forEach(({ point, pressure }, i) => {
      strokeLine(
        image,
        touches[Math.max(i - 1, 0)]!.point,
        point,
        thickness(settings.diameter, pressure),
        color,
      );
    });
  return image;
}

function thickness(diameter: number, pressure: number | null): number {
  return pressure === null ? diameter : diameter * (0.3 + 1.2 * pressure);
}

/** A line whose width follows the pen's pressure, or its speed. */
function drawPen(drawing: Image, touches: readonly Touch[], color: Color, diameter: number): Image {
  const measured = touches.some(({ pressure }) => pressure !== null);
  const outline = getStroke(
    touches.map(({ point: [x, y], pressure }) => [x, y, pressure ?? 0.5]),
    { size: diameter, thinning: 0.45, smoothing: 0.5, streamline: 0.3, simulatePressure: !measured },
  );
  const canvas = new OffscreenCanvas(drawing.width, drawing.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.putImageData(pixelsOf(drawing), 0, 0);
  context.fillStyle = css(color);
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x!, y!);
  context.fill();
  return imageOf(context.getImageData(0, 0, drawing.width, drawing.height));
}
