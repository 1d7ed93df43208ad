import { appendFileSync, mkdirSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Notes the progress of a campaign in a file that outlasts its process: `pix2pix-campaigns/NAME.log` in the folder for
 * temporary files.
 */
export function campaignLog(name: string): (line: string) => void {
  const folder = join(tmpdir(), 'pix2pix-campaigns');
  mkdirSync(folder, { recursive: true });
  const note = (line: string) => {
    const load = loadavg()[0]!.toFixed(1);
    appendFileSync(join(folder, `${name}.log`), `${new Date().toISOString()} load ${load} ${line}\n`);
  };
  note(`process ${process.pid} starts`);
  return note;
}
