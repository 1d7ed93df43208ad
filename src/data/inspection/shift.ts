import type { Registration } from './registration.ts';

/** How far B has to be shifted, in its pixels. */
interface Shift {
  readonly right: number;
  readonly down: number;
}

/**
 * Describes the shift at which very many pairs fit best, if it isn't 0, even if each pair alone gives weak evidence.
 */
export function commonShift(registrations: readonly Registration[]): string | undefined {
  const shifts = registrations.map(({ best, step }) => ({ ...best, step }));
  let [best, votes] = [{ right: 0, down: 0 }, 0];
  for (const candidate of distinctShifts(shifts)) {
    // Shifts within one step of the comparison agree.
    const count = shifts.filter(
      ({ right, down, step }) =>
        Math.max(Math.abs(right - candidate.right), Math.abs(down - candidate.down)) <= step,
    ).length;
    if (count > votes) [best, votes] = [candidate, count];
  }
  const isShifted = Math.max(Math.abs(best.right), Math.abs(best.down)) >= 3;
  if (!isShifted || votes < Math.max(5, 0.5 * shifts.length)) return undefined;
  return `${describeShift(best)}, as in ${votes} of ${shifts.length} pairs`;
}

/** Each shift once: 0 first, then by frequency, so that these win ties. */
function distinctShifts(shifts: readonly Shift[]): Shift[] {
  const counts = new Map<string, { shift: Shift; count: number }>();
  for (const { right, down } of [{ right: 0, down: 0 }, ...shifts]) {
    const entry = counts.get(`${right},${down}`) ?? { shift: { right, down }, count: 0 };
    entry.count += right === 0 && down === 0 ? shifts.length : 1;
    counts.set(`${right},${down}`, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).map(({ shift }) => shift);
}

/** `B matches A better when shifted by about 5 pixels to the right` */
export function describeShift({ right, down }: Shift): string {
  const parts = [
    right !== 0 && `${pixels(right)} to the ${right > 0 ? 'right' : 'left'}`,
    down !== 0 && `${pixels(down)} ${down > 0 ? 'down' : 'up'}`,
  ];
  return `B matches A better when shifted by about ${parts.filter(Boolean).join(' and ')}`;
}

function pixels(distance: number): string {
  return Math.abs(distance) === 1 ? '1 pixel' : `${Math.abs(distance)} pixels`;
}
