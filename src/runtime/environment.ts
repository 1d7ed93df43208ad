/**
 * Settings of glibc's allocator (2.35 and later; others ignore them). Huge pages spare a training step tens of thousands of
 * page faults, and memory that is freed stays with the process, for the next pass to take: no block is mapped by itself,
 * which would be returned to the system and cleared each time (the threshold for that can't exceed 32 MiB).
 * The many threads that pictures are decoded and encoded in share one arena beside the main thread's: with one each, all
 * of which keep what they once took, memory grows for many epochs.
 */
const tunables = [
  'glibc.malloc.hugetlb=1',
  'glibc.malloc.mmap_max=0',
  'glibc.malloc.arena_max=2',
  'glibc.malloc.trim_threshold=8589934592',
].join(':');

/** Environment variables for processes that compute; glibc reads them only when a process starts. */
export function computingEnvironment(): NodeJS.ProcessEnv {
  return { GLIBC_TUNABLES: tunables, ...process.env };
}

/**
 * Whether this process was started so that freed memory stays with it. With other tunables of the user's, sessions have
 * arenas of their own, which take 1.79 GB instead of 1.33 for the article's training: compare allocator settings by
 * changing {@link tunables}, not GLIBC_TUNABLES.
 */
export function keepsFreedMemory(): boolean {
  return process.platform === 'linux' && process.env.GLIBC_TUNABLES === tunables;
}
