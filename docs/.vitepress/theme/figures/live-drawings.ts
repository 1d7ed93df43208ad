import { pens } from '../../../../ui/draw/swatches.ts';
import { drawingFigure, imagesAt } from './drawing-figure.ts';

const colors = ['black', 'red', 'orange', 'yellow', 'green', 'blue', 'pink', 'white'];
const names = ['cat', 'mushroom', 'snail', 'house', 'flower', 'fish'];

export default drawingFigure({
  title: 'Drawings come to life',
  caption:
    'Model emoji of the package, at 128×128. It has learned from 1,436 emoji, whose flat drawings were made rougher.',
  model: ['included/emoji.onnx', 1.9],
  result: 'what the model makes of it',
  starts: () => imagesAt(names.map(name => `included/drawings/${name}.png`)),
  pens: pens.filter(({ name }) => colors.includes(name)),
  lines: 6,
  next: 'Another drawing',
  empty: { says: 'Empty paper', color: [255, 255, 255] },
});
