import { median } from '../core/median.ts';
/** An entry of ONNX Runtime's profile; durations in microseconds. */
export interface ProfileEvent {
  /** `Node`: an op, timed on the CPU; `Api`: a shader, timed on the GPU. */
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly shapes?: string };
}

/** Milliseconds per training step of a layer in one pass and direction, by kind of node. */
export interface LayerTime {
  /** generate, discriminate or fool: the compiled graphs of a step, in their order. */
  readonly pass: string;
  readonly layer: string;
  readonly direction: 'forward' | 'backward';
  /** Time in matrix products, and in everything else. */
  readonly products: number;
  readonly other: number;
}

export function layerTimes(pass: string, events: readonly ProfileEvent[]): LayerTime[] {
  const runs = new Map<string, { op: string; durations: number[] }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = runs.get(name) ?? { op: args?.op_name ?? '', durations: [] };
    node.durations.push(dur);
    runs.set(name, node);
  }
  const rows = new Map<string, { -readonly [Key in keyof LayerTime]: LayerTime[Key] }>();
  for (const [name, { op, durations }] of runs) {
    const [network = '', part = ''] = name.split('/');
    const layer = part.includes('_') ? network : `${network}/${part}`;
    const direction = name.includes('/grad/') ? 'backward' : 'forward';
    const key = `${layer} ${direction}`;
    const row = rows.get(key) ?? { pass, layer, direction, products: 0, other: 0 };
    row[op === 'Gemm' ? 'products' : 'other'] += median(durations) / 1000;
    rows.set(key, row);
  }
  return [...rows.values()];
}

/** Milliseconds per training step that a GPU spends on all nodes of an op. */
export interface OpTime {
  readonly op: string;
  /** Number of shaders run for them per step. */
  readonly shaders: number;
  readonly milliseconds: number;
}

/** Sums shader times, whose names are `node&op&program`. @param steps number of steps that the events cover. */
export function opTimes(events: readonly ProfileEvent[], steps: number): OpTime[] {
  const runs = new Map<string, { op: string; durations: number[] }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Api') continue;
    const key = `${name} ${args?.shapes}`;
    const shader = runs.get(key) ?? { op: name.split('&')[1] ?? name, durations: [] };
    shader.durations.push(dur);
    runs.set(key, shader);
  }
  const rows = new Map<string, { -readonly [Key in keyof OpTime]: OpTime[Key] }>();
  for (const { op, durations } of runs.values()) {
    // Shaders that run only once, such as those that prepare constants, are not part of a step.
    const perStep = Math.round(durations.length / steps);
    if (perStep === 0) continue;
    const row = rows.get(op) ?? { op, shaders: 0, milliseconds: 0 };
    row.shaders += perStep;
    row.milliseconds += (perStep * median(durations)) / 1000;
    rows.set(op, row);
  }
  return [...rows.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}
