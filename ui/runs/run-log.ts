import { useEffect, useRef, useState } from 'preact/hooks';
import type { Size } from '../../src/core/sizes.ts';
import type {
  RollbackEvent,
  StartEvent,
  StepEvent,
  TrainEvent,
  ValidationEvent,
} from '../../src/runs/events.ts';
import type { RunState } from '../../src/server/api.ts';
import { api, runUrl } from '../client/api.ts';

/** Values over a run's steps, one array per quantity, all of the same length. */
export interface Columns {
  readonly step: number[];
  readonly generator: number[];
  readonly discriminator: number[];
  readonly l1: number[];
  readonly imagesPerSecond: number[];
}

export interface SamplePicture {
  readonly name: string;
  readonly epoch: number;
}

/** A message of the run; `step`: the step that it followed, or null. */
export interface Message {
  readonly kind: 'note' | 'warning';
  readonly step: number | null;
  readonly text: string;
}

const mostPoints = 6000;

/** A run's state from its events so far. Grows in place; long curves lose every other point of their older half. */
export class RunLog {
  columns = emptyColumns();
  start: StartEvent | null = null;
  last: StepEvent | null = null;
  /** Current size of the images, if they grow. */
  size: Size | null = null;
  /** Whether there is a picture of the first pair. */
  hasPair = false;
  /** One sample grid per epoch, in order. */
  samples: SamplePicture[] = [];
  messages: Message[] = [];
  /** The last validation, and the best so far. */
  validation: ValidationEvent | null = null;
  best: ValidationEvent | null = null;
  /** Steps of the checkpoints that were written. */
  checkpoints: number[] = [];

  add(event: TrainEvent): void {
    if (event.type === 'start') this.start = event;
    else if (event.type === 'size') this.size = event.size;
    else if (event.type === 'step') this.addStep(event);
    else if (event.type === 'sample') this.addSample(event.kind, event.epoch, event.path);
    else if (event.type === 'checkpoint') this.checkpoints.push(event.step);
    else if (event.type === 'validation') this.addValidation(event);
    else if (event.type === 'note') this.addMessage({ kind: 'note', step: null, text: event.text });
    else if (event.type === 'guard') this.addMessage({ kind: 'warning', step: event.step, text: event.text });
    else if (event.type === 'rollback') this.rollBack(event);
  }

  reset(): void {
    Object.assign(this, new RunLog());
  }

  private addMessage(message: Message): void {
    const isKnown = ({ step, text }: Message) => step === message.step && text === message.text;
    if (!this.messages.some(isKnown)) this.messages.push(message);
  }

  /** Forgets later steps, since steps count from `step` again. */
  private rollBack({ step, rate }: RollbackEvent): void {
    const kept = this.columns.step.filter(each => each <= step).length;
    for (const values of Object.values(this.columns) as number[][]) values.length = kept;
    this.checkpoints = this.checkpoints.filter(each => each <= step);
    if (this.validation && this.validation.step > step) this.validation = null;
    if (this.best && this.best.step > step) this.best = null;
    this.addMessage({
      kind: 'warning',
      step,
      text: `Rolled back to this step; training continues at ${rate} × the learning rate`,
    });
  }

  private addStep(event: StepEvent): void {
    if (event.step <= (this.columns.step.at(-1) ?? 0)) return;
    this.last = event;
    const { columns } = this;
    columns.step.push(event.step);
    columns.generator.push(event.generatorLoss);
    columns.discriminator.push(event.discriminatorLoss);
    columns.l1.push(event.l1);
    columns.imagesPerSecond.push(event.imagesPerSecond);
    if (columns.step.length > mostPoints) this.columns = thinned(columns);
  }

  private addValidation(event: ValidationEvent): void {
    this.validation = event;
    if (event.isBest) this.best = event;
  }

  private addSample(kind: 'pair' | 'grid', epoch: number, path: string): void {
    if (kind === 'pair') {
      this.hasPair = true;
      return;
    }
    const name = path.split(/[\\/]/).at(-1)!;
    this.samples = [...this.samples.filter(sample => sample.name !== name), { name, epoch }];
  }
}

function emptyColumns(): Columns {
  return { step: [], generator: [], discriminator: [], l1: [], imagesPerSecond: [] };
}

/** Every other point of the older half: the newest stay as they are. */
function thinned(columns: Columns): Columns {
  const half = Math.floor(columns.step.length / 2);
  const thin = (values: number[]) => values.filter((_, i) => i >= half || i % 2 === 0);
  return {
    step: thin(columns.step),
    generator: thin(columns.generator),
    discriminator: thin(columns.discriminator),
    l1: thin(columns.l1),
    imagesPerSecond: thin(columns.imagesPerSecond),
  };
}

/**
 * A moving average that starts unbiased.
 * @param strength 0 leaves the values unchanged; towards 1, the average covers more of the past.
 */
export function smooth(values: readonly number[], strength: number): number[] {
  if (strength === 0) return [...values];
  let sum = 0;
  let weight = 0;
  return values.map(value => {
    if (!Number.isFinite(value)) return value;
    sum = strength * sum + (1 - strength) * value;
    weight = strength * weight + (1 - strength);
    return sum / weight;
  });
}

export interface RunStream {
  readonly log: RunLog;
  readonly state: RunState | null;
  /** Whether all past events have arrived, so that new ones are live. */
  readonly caughtUp: boolean;
  readonly connection: 'connecting' | 'open' | 'lost';
  /** Why the studio refuses to send events; null if it doesn't. */
  readonly refusal: string | null;
}

const points = 2000;
const retryAfter = 2000;

/**
 * Follows a run from its first event. After a lost connection it continues where it was: the browser sends the id of the
 * last event it received, and the server sends the later ones.
 */
export function useRunStream(id: string): RunStream {
  const log = useRef(new RunLog());
  const [state, setState] = useState<RunState | null>(null);
  const [caughtUp, setCaughtUp] = useState(false);
  const [connection, setConnection] = useState<RunStream['connection']>('connecting');
  const [refusal, setRefusal] = useState<string | null>(null);
  const [, redraw] = useState(0);
  useEffect(() => {
    let from = '0';
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout>;
    let frame = 0;
    // Hundreds of steps may arrive at once; the page draws once per frame.
    const changed = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        redraw(count => count + 1);
      });
    };
    const connect = () => {
      source = new EventSource(runUrl(id, `events?points=${points}&from=${from}`));
      source.onopen = () => {
        setConnection('open');
        setRefusal(null);
      };
      source.onmessage = ({ data, lastEventId }) => {
        if (lastEventId) from = lastEventId;
        log.current.add(JSON.parse(data) as TrainEvent);
        changed();
      };
      source.addEventListener('status', ({ data }) => setState(JSON.parse(data) as RunState));
      source.addEventListener('caughtup', () => setCaughtUp(true));
      source.addEventListener('reset', () => {
        from = '0';
        log.current.reset();
        changed();
      });
      source.onerror = () => {
        setConnection('lost');
        if (source.readyState !== EventSource.CLOSED) return;
        retry = setTimeout(connect, retryAfter);
        api.run(id).catch((error: Error) => setRefusal(error.message));
      };
    };
    connect();
    return () => {
      source.close();
      clearTimeout(retry);
      cancelAnimationFrame(frame);
    };
  }, [id]);
  return { log: log.current, state, caughtUp, connection, refusal };
}
