import type { LabPair } from '../../src/browser/lab-run.ts';
import type { StepEvent } from '../../src/runs/events.ts';

/** Where a run's pairs come from. */
export type LabSource = { readonly count: number } | { readonly pairs: readonly LabPair[] };

export interface LabSettings {
  readonly size: number;
  readonly filters: number;
  readonly source: LabSource;
}

/** Messages from the page to the worker. */
export type LabRequest =
  | {
      readonly kind: 'hello';
      /** Folder of ONNX Runtime's files. */
      readonly runtime: string;
      readonly backend: 'auto' | 'webgpu' | 'wasm';
      readonly threads: number;
    }
  | { readonly kind: 'start'; readonly settings: LabSettings }
  | { readonly kind: 'continue' }
  | { readonly kind: 'import'; readonly archive: Uint8Array; readonly settings: LabSettings }
  | { readonly kind: 'pause' }
  | { readonly kind: 'archive' }
  | { readonly kind: 'translate'; readonly pixels: Uint8Array };

/** Messages from the worker to the page. */
export type LabMessage =
  | { readonly kind: 'hello'; readonly backend: string; readonly saved: SavedLab | null }
  | { readonly kind: 'built'; readonly size: number; readonly step: number }
  | {
      readonly kind: 'step';
      readonly event: StepEvent;
      readonly milliseconds: number;
      readonly transferredBytes: { readonly toDevice: number; readonly fromDevice: number };
    }
  | { readonly kind: 'sample'; readonly step: number; readonly rows: readonly SampleRow[] }
  | { readonly kind: 'translated'; readonly pixels: Uint8Array }
  | { readonly kind: 'archive'; readonly archive: Uint8Array }
  | { readonly kind: 'saved'; readonly step: number }
  /** The run is paused or over. */
  | { readonly kind: 'paused' }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Whether this worker can't compute any more, though another could. */
      readonly lost: boolean;
    };

/** A condition, its translation, and the target; RGB. */
export type SampleRow = readonly [condition: Uint8Array, generated: Uint8Array, target: Uint8Array];

/** The run in the browser's storage, which survives a reload. */
export interface SavedLab {
  readonly step: number;
  readonly settings: LabSettings;
}
