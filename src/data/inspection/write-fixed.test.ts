import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { savePicture, temporaryFolder } from '../../../test/data-fixtures.ts';
import { facade, soundData } from '../../../test/reference/inspected-pictures.ts';
import { cropImage, type Image } from '../../core/image.ts';
import { decodePicture } from '../../images/decoding/decode.ts';
import { writePicture } from '../../images/encoding/encode.ts';
import { areaResize } from '../../images/resize.ts';
import { placeSideBySide } from '../../images/side-by-side.ts';
import { classColors } from '../../prepare/facades/index.ts';
import type { Layout } from '../layout.ts';
import { filesOf } from '../pair-files.ts';
import { examinePair } from './examine-pair.ts';
import { findProblems, type SplitFindings } from './find-problems.ts';
import { surveyDataSet } from './survey.ts';
import { writeFixed } from './write-fixed.ts';

describe('writeFixed', () => {
  it('copies sound pairs unchanged and refuses a folder that is not empty', async () => {
    const folder = await soundData();
    const findings = await surveyDataSet(folder);
    const fixed = join(await temporaryFolder(), 'fixed');
    expect(await writeFixed(fixed, findings, [])).toEqual({ copied: 12, changed: 0, leftOut: 0 });
    expect((await readdir(fixed)).sort()).toEqual(['testA', 'testB', 'trainA', 'trainB']);
    expect(await readFile(join(fixed, 'trainB/7.png'))).toEqual(await readFile(join(folder, 'trainB/7.png')));
    await expect(writeFixed(fixed, findings, [])).rejects.toThrow('Cannot write the fixed data set into');
  });
});

describe('a fixed copy', () => {
  const deep = (size: number): Image<Uint16Array> => {
    const data = Uint16Array.from({ length: size * size }, (_, i) => (i * 4099) % 65536);
    return { width: size, height: size, channels: 1, data };
  };

  it('keeps 16 bits of scaled sides, and does not mix labels', async () => {
    const folder = await temporaryFolder();
    await writePicture(join(folder, 'trainA/1.png'), deep(64));
    await savePicture(join(folder, 'trainB/1.png'), facade(1, 32).label);
    await writePicture(join(folder, 'trainA/2.png'), deep(32));
    await savePicture(join(folder, 'trainB/2.png'), facade(2, 64).label);
    const findings = await surveyDataSet(folder);
    const fixed = join(folder, 'fixed');
    expect(await writeFixed(fixed, findings, findProblems(findings))).toMatchObject({ changed: 2 });
    const { image } = await decodePicture(join(fixed, 'trainA/1.png'));
    expect(image).toEqual(areaResize(deep(64), 32, 32));
    const { image: label } = await decodePicture(join(fixed, 'trainB/2.png'));
    const known = new Set(Object.values(classColors).map(color => color.join()));
    for (let i = 0; i < label.data.length; i += 3) {
      expect(known.has(label.data.slice(i, i + 3).join())).toBe(true);
    }
  });

  it('has near-duplicates in one split only: in test, or else in val', async () => {
    const folder = await soundData();
    for (const side of ['A', 'B']) {
      await cp(join(folder, `train${side}/3.png`), join(folder, `val${side}/3v.png`));
      await cp(join(folder, `test${side}/10.png`), join(folder, `val${side}/10v.png`));
    }
    const findings = await surveyDataSet(folder);
    const fixed = join(folder, 'fixed');
    await writeFixed(fixed, findings, findProblems(findings));
    expect(findProblems(await surveyDataSet(fixed))).toEqual([]);
    expect(await readdir(join(fixed, 'valA'))).toEqual(['3v.png']);
    expect(await readdir(join(fixed, 'testA'))).toContain('10.png');
    expect(await readdir(join(fixed, 'trainA'))).not.toContain('3.png');
  });

  it('swaps back the files of swapped sides, or the halves of a 16-bit picture', async () => {
    const folder = await temporaryFolder();
    const files = { name: '1', a: join(folder, 'trainA/1.tif'), b: join(folder, 'trainB/1.png') };
    await writePicture(files.a, deep(16));
    await savePicture(files.b, facade(1, 16).label);
    const halves = { name: '2', file: join(folder, 'train/2.png') };
    await writePicture(
      halves.file,
      placeSideBySide(deep(16), { ...deep(16), data: deep(16).data.toReversed() }),
    );
    for (const [kind, pair] of [
      ['two folders', files],
      ['side-by-side', halves],
    ] as const) {
      const layout = { kind } as Layout;
      const findings: SplitFindings[] = [
        { split: 'train', layout, matched: undefined, pairs: [await examinePair(pair)] },
      ];
      const problems = [{ kind: 'swapped', split: 'train', files: filesOf(pair), detail: '' } as const];
      await writeFixed(join(folder, kind), findings, problems);
    }
    expect(await readFile(join(folder, 'two folders/trainB/1.tif'))).toEqual(await readFile(files.a));
    const { image } = await decodePicture(join(folder, 'side-by-side/train/2.png'));
    expect(cropImage(image, 16, 0, 16, 16)).toEqual(deep(16));
  });
});
