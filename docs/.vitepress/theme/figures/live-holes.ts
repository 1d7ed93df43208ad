import { drawingFigure, imagesAt } from './drawing-figure.ts';
import { numbered } from './files.ts';

export default drawingFigure({
  title: 'Fill in holes',
  caption:
    'A small model, at 128×128. It has learned to fill magenta strokes on the 3D images of 1,436 emoji, and has not seen these. Paint over what should go.',
  model: ['applications/inpaint.onnx', 1.9],
  result: 'what the model fills in',
  starts: () => imagesAt(numbered('applications/inpaint')),
  pens: [{ name: 'hole', color: [255, 0, 255] }],
  lines: 8,
  next: 'Another image',
});
