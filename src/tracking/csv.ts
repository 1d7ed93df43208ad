import { type FileHandle, open } from 'node:fs/promises';
import { scalarsOf, type Tracker } from './tracker.ts';

/**
 * One row per value: `step,name,value`, to be pivoted by spreadsheets and data frames. An existing file is appended to; a
 * run that is resumed or goes back to a checkpoint writes the rows after that again.
 */
export async function openCsv(path: string): Promise<Tracker> {
  const file = await open(path, 'a+');
  if ((await file.stat()).size === 0) await file.write('step,name,value\n');
  return {
    path,
    record: async event => {
      if (event.type === 'start' || event.type === 'rollback') await removeAfter(file, event.step);
      const rows = Object.entries(scalarsOf(event)).map(([name, value]) => {
        const step = 'step' in event ? event.step : '';
        return `${step},${name},${value}\n`;
      });
      if (rows.length > 0) await file.write(rows.join(''));
    },
    close: () => file.close(),
  };
}

/** Removes the rows of later steps. */
async function removeAfter(file: FileHandle, step: number): Promise<void> {
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(size), 0, size, 0);
  const [header = '', ...rows] = buffer.toString().split('\n');
  const kept = rows.filter(row => row !== '' && Number.parseInt(row, 10) <= step);
  await file.truncate(0);
  await file.write(`${[header, ...kept].join('\n')}\n`);
}
