import { availableParallelism } from 'node:os';
import { sizeStages, totalStepsOf } from '../config/size-stages.ts';
import { UserError } from '../core/errors.ts';
import { chooseForms } from '../forms/choose-forms.ts';
import { type Forms, macsOf, stepConvolutions } from '../forms/convolutions.ts';
import { thisMachine } from '../forms/machine.ts';
import type { Convolution } from '../lower/cpu/forms.ts';
import { type FormsRecord, readForms, writeForms } from '../runs/forms-file.ts';
import { isRunFolder } from '../runs/run-folder.ts';
import type { TrainRequest } from './request.ts';
import type { RunData } from './run-data.ts';

/** Shorter trainings gain less than measuring takes, so they measure only if asked to. */
const FEWEST_SECONDS = 300;
/** What a step is assumed to compute in a second, to predict how long a training takes. */
const MACS_PER_SECOND = 5e10;

/**
 * The forms of a run's convolutions on the CPU: those that it recorded, or those of another run, or the fastest on this
 * machine; {} stands for shipped ones. What is not shipped is recorded in the run folder.
 */
export async function formsOf(request: TrainRequest, runData: RunData): Promise<Forms> {
  const { runFolder, forms, resume, device = 'cpu', launched } = request;
  if (resume && forms !== undefined) {
    throw new UserError(
      `Cannot change the forms of "${runFolder}" while resuming it: it continues with its own; leave out --forms`,
    );
  }
  if (device !== 'cpu' || launched || forms === 'shipped') return {};
  if (resume) return use(await readForms(runFolder), request, runData);
  const isMeasured = forms === undefined || forms === 'measured';
  const record = isMeasured ? await measured(request, runData) : await recordOf(forms);
  if (record) await writeForms(runFolder, record);
  return use(record, request, runData);
}

/** Notes where recorded forms come from another machine: they are not its fastest, and its rounding may differ. */
async function use(
  record: FormsRecord | null,
  { threads }: TrainRequest,
  { notes }: RunData,
): Promise<Forms> {
  if (!record) return {};
  const here = await thisMachine(threadsOf(threads));
  if (JSON.stringify(here) !== JSON.stringify(record.machine)) {
    notes.push(
      `The forms of convolutions were measured on another machine or with other threads (${described(record.machine)}; this is ${described(here)}): others may be faster here, and results may differ in the last digits`,
    );
  }
  return record.forms;
}

function described({ processor, runtime, threads }: FormsRecord['machine']): string {
  return `${processor}, ${threads === 1 ? '1 thread' : `${threads} threads`}, ONNX Runtime ${runtime}`;
}

async function recordOf(runFolder: string): Promise<FormsRecord> {
  const record = await readForms(runFolder);
  if (record) return record;
  if (!(await isRunFolder(runFolder))) {
    throw new UserError(
      `Cannot use the forms of "${runFolder}": it is not a run folder; pass one, or "measured" or "shipped"`,
    );
  }
  throw new UserError(
    `Cannot use the forms of "${runFolder}": it has none recorded, so it used shipped ones; use --forms shipped`,
  );
}

async function measured(
  { config, threads, forms: asked }: TrainRequest,
  { train, notes }: RunData,
): Promise<FormsRecord | null> {
  const totalSteps = totalStepsOf(config, Math.floor(train.length / config.batchSize));
  const convolutions: Convolution[] = [];
  let macs = 0;
  for (const { size, steps } of sizeStages(config, totalSteps)) {
    const ofStep = stepConvolutions({ ...config, size: [size[0], size[1]] }).map(
      ({ convolution }) => convolution,
    );
    convolutions.push(...ofStep);
    macs += steps * ofStep.reduce((sum, each) => sum + macsOf(each), 0);
  }
  const seconds = macs / MACS_PER_SECOND;
  const limit = config.minutes === null ? Number.POSITIVE_INFINITY : 60 * config.minutes;
  if (asked === undefined && Math.min(seconds, limit) < FEWEST_SECONDS) return null;
  const { machine, forms, notes: found } = await chooseForms(convolutions, threadsOf(threads));
  notes.push(...found);
  return { machine, forms };
}

const threadsOf = (threads: number | undefined): number => threads ?? availableParallelism();
