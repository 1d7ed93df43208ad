/**
 * Environment variables for processes that compute. Allocations on huge pages (glibc 2.35 and later; others ignore
 * the variable) spare a training step tens of thousands of page faults; glibc reads it only when a process starts.
 */
export function computingEnvironment(): NodeJS.ProcessEnv {
  return { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', ...process.env };
}
