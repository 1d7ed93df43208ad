import type { LabPair } from '../../src/browser/lab-run.ts';
import type { Image } from '../../src/core/image.ts';
import type { Direction } from '../../src/core/image-pair.ts';
import type { StepEvent } from '../../src/runs/events.ts';
import type { Palette } from '../../src/server/api.ts';

/** Where a run's pairs come from: the emoji of the demo, so many synthetic facades, or a user's images. */
export type LabSource =
  | { readonly included: 'emoji' }
  | { readonly count: number }
  | { readonly pairs: readonly LabPair[] };

export interface LabSettings {
  readonly size: number;
  readonly filters: number;
  /** Which half of the pairs is the condition; it is recorded in the run. */
  readonly direction: Direction;
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
  /** Asks for some of the pairs, before a run. */
  | { readonly kind: 'show'; readonly source: LabSource }
  | { readonly kind: 'start'; readonly settings: LabSettings }
  | { readonly kind: 'continue' }
  | { readonly kind: 'import'; readonly archive: Uint8Array; readonly settings: LabSettings }
  | { readonly kind: 'pause' }
  | { readonly kind: 'archive' }
  /** @property image of the run's size, RGB. */
  | { readonly kind: 'translate'; readonly id: number; readonly image: Image };

/** Messages from the worker to the page. */
export type LabMessage =
  | { readonly kind: 'hello'; readonly backend: string; readonly saved: SavedLab | null }
  | { readonly kind: 'shown'; readonly pairs: readonly LabPair[]; readonly palette: Palette }
  | { readonly kind: 'built'; readonly size: number; readonly step: number; readonly palette: Palette }
  | {
      readonly kind: 'step';
      readonly event: StepEvent;
      readonly milliseconds: number;
      readonly transferredBytes: { readonly toDevice: number; readonly fromDevice: number };
    }
  | ({ readonly kind: 'sample' } & LabSample)
  | {
      readonly kind: 'translated';
      readonly id: number;
      readonly image: Image;
      readonly milliseconds: number;
    }
  | { readonly kind: 'untranslated'; readonly id: number; readonly message: string }
  | { readonly kind: 'archive'; readonly archive: Uint8Array }
  | { readonly kind: 'saved'; readonly step: number }
  /** The run is paused or over. */
  | { readonly kind: 'paused' }
  /** There is no run any more, since the next one could not be built; `saved` can be continued. */
  | { readonly kind: 'closed'; readonly saved: SavedLab | null }
  /** What the user should know, while the training goes on. */
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Whether this worker can't compute any more, though another could. */
      readonly lost: boolean;
    };

/** What the generator made of some conditions after a step. */
export interface LabSample {
  readonly step: number;
  readonly rows: readonly SampleRow[];
}

export interface SampleRow {
  readonly condition: Image;
  readonly generated: Image;
  readonly target: Image;
}

/** The run in the browser's storage, which survives a reload. */
export interface SavedLab {
  readonly step: number;
  readonly settings: LabSettings;
}
