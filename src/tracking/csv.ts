import { open } from 'node:fs/promises';
import { scalarsOf, type Tracker } from './tracker.ts';

/** One row a number: `step,name,value`, which spreadsheets and data frames pivot. A file that is there is continued. */
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
