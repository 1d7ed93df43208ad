import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of a program, as a shell would find it; null: it is not installed. */
export function findProgram(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, program);
    try {
      accessSync(path);
      return path;
    } catch {}
  }
  return null;
}
