/** `1,920` */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** `240 pairs`, `1 pair` */
export function formatNumberOf(value: number, noun: string): string {
  return `${formatCount(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `42 s`, `6 min 12 s`, `3 h 5 min` */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `26 Nov 2026, 07:02`, in the time zone of this machine; from ISO 8601. */
export function formatTime(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
}

/** A word of a command line, quoted for a shell if necessary. */
export function shellWord(text: string): string {
  return /^[\w./:@%+=,~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
