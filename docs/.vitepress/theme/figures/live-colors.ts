import { drawingFigure, imagesAt } from './drawing-figure.ts';
import { numbered } from './files.ts';

const grays = [0, 64, 128, 192, 255];

export default drawingFigure({
  title: 'Colour for gray images',
  caption:
    'A small model, at 128×128. It has learned from the 3D images of 1,436 emoji, and has not seen these. Draw on them with grays: the colours follow.',
  model: ['applications/colorize.onnx', 1.9],
  result: 'the colours that the model adds',
  starts: () => imagesAt(numbered('applications/colorize')),
  pens: grays.map(v => ({ name: `gray ${v}`, color: [v, v, v] as const })),
  lines: 6,
  next: 'Another image',
});
