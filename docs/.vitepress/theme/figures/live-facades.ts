import { drawingFigure } from './drawing-figure.ts';
import { facadeDrawing, unseenFacades } from './facades.ts';

export default drawingFigure({
  ...facadeDrawing,
  title: 'Facades from label maps',
  caption:
    'Model facades of the package, at 128×128. It has learned from 400 invented facades, so its results look like those, not like photos.',
  model: ['included/facades.onnx', 1.9],
  result: 'the facade that the model makes',
  starts: async () => unseenFacades(4, 128).map(({ condition }) => condition),
});
