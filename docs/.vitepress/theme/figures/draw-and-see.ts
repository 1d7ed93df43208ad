import { drawingFigure } from './drawing-figure.ts';
import { facadeDrawing, unseenFacades } from './facades.ts';

export default drawingFigure({
  ...facadeDrawing,
  title: 'Draw and see',
  caption:
    'A label map, and the photo that a small model makes of it, in this page. The model has 64×64 pixels and 8 filters and has seen 80 invented facades.',
  model: ['models/l1-50.onnx', 0.3],
  result: 'what the generator makes of it',
  starts: async () => unseenFacades(4).map(({ condition }) => condition),
});
