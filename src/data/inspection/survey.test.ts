import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/data-fixtures.ts';
import { facade, indexMap, opaque, soundData } from '../../../test/reference/inspected-pictures.ts';
import { writePicture } from '../../images/encoding/encode.ts';
import { summarizeSide } from './describe-sides.ts';
import { findProblems } from './find-problems.ts';
import { visible } from './palette.ts';
import { surveyDataSet } from './survey.ts';

test('a survey examines at most the given number of pairs of each split', async () => {
  const findings = await surveyDataSet(await soundData(), { limit: 3 });
  expect(findings.map(({ split, pairs }) => [split, pairs.map(({ files }) => files.name)])).toEqual([
    ['train', ['0', '3', '6']],
    ['test', ['10', '11']],
  ]);
});

test('index maps are summarised by their indices, and shown in distinct colours', async () => {
  const folder = await temporaryFolder();
  for (const i of [1, 2]) {
    await writePicture(join(folder, `trainA/${i}.png`), facade(i, 128).photo);
    await writePicture(join(folder, `trainB/${i}.png`), indexMap(i, 128));
  }
  const findings = await surveyDataSet(folder);
  const used = new Set([...indexMap(1, 128).data, ...indexMap(2, 128).data]);
  const { kind, indices } = summarizeSide(findings, 'b');
  expect({ kind, indices }).toEqual({ kind: 'label map', indices: [...used].sort((a, b) => a - b) });
  expect(findProblems(findings)).toEqual([]);
  const shown = visible(opaque(indexMap(1, 128)));
  const colors = new Set(
    Array.from(indexMap(1, 128).data, (_, i) => shown.data.slice(3 * i, 3 * i + 3).join()),
  );
  expect(colors.size).toBe(new Set(indexMap(1, 128).data).size);
});
