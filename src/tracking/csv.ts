import { open } from 'node:fs/promises';
import { scalarsOf, type Tracker } from './tracker.ts';

/**
 * One row per value: `step,name,value`, to be pivoted by spreadsheets and data frames. An existing file is appended to.
 */
export async function openCsv(path: string): Promise<Tracker> {
  const file = await open(path, 'a');
  if ((await file.stat()).size === 0) await file.write('step,name,value\n');
  return {
    record: async event => {
      const rows = Object.entries(scalarsOf(event)).map(([name, value]) => {
        const step = 'step' in event ? event.step : '';
        return `${step},${name},${value}\n`;
      });
      if (rows.length > 0) await file.write(rows.join(''));
    },
    close: () => file.close(),
  };
}
