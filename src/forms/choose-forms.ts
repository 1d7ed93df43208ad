import { messageOf } from '../core/errors.ts';
import { type Convolution, convolutionKey, type Form, formsFor, shippedForm } from '../lower/cpu/forms.ts';
import { startTaskProcess } from '../runtime/task-process.ts';
import { addTimes, type MeasuredTimes, readTimes } from './cache.ts';
import type { Forms } from './convolutions.ts';
import { type Machine, thisMachine } from './machine.ts';
import { type MeasureRequest, measureForms } from './measure.ts';
import { candidateForms, type FormTimes } from './time-forms.ts';

/** Seconds that measuring may take. */
const MOST_SECONDS = 10;
/** Another form than the shipped one has to be faster by this factor: measured times vary. */
const CLEARLY = 0.95;

export interface ChosenForms {
  readonly machine: Machine;
  readonly forms: Forms;
  /** The times that the choice was made by, in milliseconds. */
  readonly times: MeasuredTimes;
  /** Messages for the user. */
  readonly notes: readonly string[];
}

/**
 * The fastest form of each convolution on this machine, by times from the cache; what it lacks is measured, for at most
 * {@link MOST_SECONDS}. Convolutions that this is too short for keep their shipped form.
 */
export async function chooseForms(
  convolutions: readonly Convolution[],
  threads: number,
): Promise<ChosenForms> {
  const machine = await thisMachine(threads);
  const distinct = new Map(convolutions.map(each => [convolutionKey(each), each]));
  const { times: known, notes } = await readTimes(machine);
  const missing = [...distinct.values()].filter(each => !isMeasured(each, known));
  const added = missing.length > 0 ? await measure(missing, threads, machine, notes) : {};
  const times = { ...known, ...added };
  return { machine, forms: fastestOf([...distinct.values()], times), times, notes };
}

/** Whether the times of all forms are known that can be the fastest: a new version may have more of them. */
function isMeasured(convolution: Convolution, known: MeasuredTimes): boolean {
  const times = known[convolutionKey(convolution)];
  return times !== undefined && candidateForms(convolution).every(form => times[form] !== undefined);
}

/** The forms that {@link chooseForms} would choose without measuring. */
export async function knownForms(convolutions: readonly Convolution[], threads: number): Promise<Forms> {
  return fastestOf(convolutions, (await readTimes(await thisMachine(threads))).times);
}

function fastestOf(convolutions: readonly Convolution[], times: MeasuredTimes): Forms {
  return Object.fromEntries(
    convolutions.map(each => {
      const key = convolutionKey(each);
      return [key, fastest(each, times[key] ?? {})];
    }),
  );
}

/** The fastest form, or the shipped one if no other is clearly faster. */
export function fastest(convolution: Convolution, times: FormTimes): Form {
  const shipped = shippedForm(convolution);
  const timeOf = (form: Form) => times[form] ?? Number.POSITIVE_INFINITY;
  const best = formsFor(convolution).reduce((a, b) => (timeOf(b) < timeOf(a) ? b : a), shipped);
  return timeOf(best) < CLEARLY * timeOf(shipped) ? best : shipped;
}

async function measure(
  convolutions: readonly Convolution[],
  threads: number,
  machine: Machine,
  notes: string[],
): Promise<MeasuredTimes> {
  const started = performance.now();
  try {
    const added = await measureAside({ convolutions, threads, seconds: MOST_SECONDS });
    const [count, seconds] = [Object.keys(added).length, (performance.now() - started) / 1000];
    const measured = `Measured the fastest forms of ${count} of ${convolutions.length} convolutions in ${seconds.toFixed(1)} s`;
    notes.push(...(await keep(machine, added, measured)));
    return added;
  } catch (error) {
    notes.push(`Cannot measure the forms of convolutions: ${messageOf(error)}; the shipped ones are used`);
    return {};
  }
}

/** Keeps times in the cache. @returns what to say of it, after what was measured. */
function keep(machine: Machine, added: MeasuredTimes, measured: string): Promise<string[]> {
  return addTimes(machine, added).then(
    () => [`${measured}; later trainings on this machine use them`],
    error => [
      measured,
      `Later trainings will measure again, unless XDG_CACHE_HOME names a folder that can be written: ${messageOf(error)}`,
    ],
  );
}

/** Measures in another process; when run from the sources, since it could not load TypeScript, in this one. */
async function measureAside(request: MeasureRequest): Promise<MeasuredTimes> {
  if (import.meta.url.endsWith('.ts')) return measureForms(request);
  const worker = startTaskProcess(new URL('./process.js', import.meta.url), {
    milliseconds: 4000 * request.seconds,
  });
  try {
    return (await worker.run(request)) as MeasuredTimes;
  } finally {
    worker.close();
  }
}
