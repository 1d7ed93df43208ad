import { writeSync } from 'node:fs';

// What mpirun or srun tell the processes that they start, by their environment.

/** Variables that hold a process's rank: of MPICH and of Slurm's PMI-2, of Open MPI, of PMIx. */
const rankVariables = ['PMI_RANK', 'OMPI_COMM_WORLD_RANK', 'PMIX_RANK'] as const;

const sizeVariables = ['PMI_SIZE', 'OMPI_COMM_WORLD_SIZE', 'SLURM_NTASKS'] as const;

/**
 * The number of this process, from 0, among those that a launcher of MPI started; null if there is no launcher, or
 * it started this process alone, as srun does for an interactive shell.
 */
export function launchedRank(env: NodeJS.ProcessEnv = process.env): number | null {
  const [rank, size] = [rankVariables, sizeVariables].map(names => {
    const name = names.find(variable => env[variable] !== undefined);
    return name && Number(env[name]);
  });
  return rank === undefined || size === 1 ? null : Number(rank);
}

/**
 * Ends the other processes if this one exits with an error. MPICH's launcher doesn't do so before MPI is initialised,
 * and they would wait forever; other launchers do.
 */
export function abortAllOnFailure(env: NodeJS.ProcessEnv = process.env): void {
  const { PMI_FD, MPI_LOCALNRANKS } = env;
  if (PMI_FD === undefined || MPI_LOCALNRANKS === undefined) return;
  process.once('exit', status => {
    if (status !== 0) writeSync(Number(PMI_FD), `cmd=abort exitcode=${status}\n`);
  });
}

/** How a child process of this one takes its place with the launcher. */
export interface Inheritance {
  readonly env: NodeJS.ProcessEnv;
  /** The child's file descriptors. */
  readonly stdio: ('inherit' | 'ipc' | number)[];
}

/** MPICH's launcher listens at an open file, which a child would not inherit by itself. */
export function inheritLauncher(env: NodeJS.ProcessEnv): Inheritance {
  const stdio: Inheritance['stdio'] = ['inherit', 'inherit', 'inherit', 'ipc'];
  if (env.PMI_FD === undefined) return { env, stdio };
  return { env: { ...env, PMI_FD: String(stdio.length) }, stdio: [...stdio, Number(env.PMI_FD)] };
}
