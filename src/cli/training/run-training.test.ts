import { expect, it } from 'vitest';
import type { PairSet } from '../../data/pairing.ts';
import { describeDirection } from './run-training.ts';

const halves: PairSet = {
  folder: 'd',
  layout: 'side-by-side',
  description: '',
  pairs: [{ name: '1', file: 'd/train/1.png' }],
};

it('names the halves of side-by-side pictures', () => {
  expect(describeDirection(halves, 'BtoA')).toBe(
    'Learning B → A: from the right half (B) to the left half (A)',
  );
  expect(describeDirection(halves, 'AtoB')).toBe(
    'Learning A → B: from the left half (A) to the right half (B)',
  );
});

it('names the folders of the sides', () => {
  const pairs = [{ name: '1', a: 'd/train_picture/1.png', b: 'd/train_label/1.png' }];
  const folders: PairSet = { ...halves, layout: 'two-folders', pairs };
  expect(describeDirection(folders, 'BtoA')).toBe(
    'Learning B → A: from "train_label" (B) to "train_picture" (A)',
  );
});
