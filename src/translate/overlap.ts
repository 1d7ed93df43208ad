import { readFileHeader } from '../images/decoding/image-header.ts';

/** Pictures that are worked on at once: one is decoded and one encoded, in threads, while the model computes on a third. */
const AT_ONCE = 3;
/** Pixels of all pictures that are worked on at once; larger pictures are alone. */
const MOST_PIXELS = 1024 * 1024;

/** Works on pictures, starting them in order and several at once if they are small; ends with the first error. */
export async function overlapped<Job extends { readonly input: string }>(
  jobs: Iterable<Job>,
  work: (job: Job) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  let pixels = 0;
  for (const job of jobs) {
    const own = await pixelsOf(job.input);
    while (running.size > 0 && (running.size >= AT_ONCE || pixels + own > MOST_PIXELS))
      await Promise.race(running);
    if (errors.length > 0) break;
    pixels += own;
    const task = work(job)
      .catch(error => void errors.push(error))
      .finally(() => {
        running.delete(task);
        pixels -= own;
      });
    running.add(task);
  }
  await Promise.all(running);
  if (errors.length > 0) throw errors[0];
}

/** As large as possible if it is not known. */
async function pixelsOf(path: string): Promise<number> {
  const header = await readFileHeader(path);
  return header ? header.width * header.height : MOST_PIXELS;
}
