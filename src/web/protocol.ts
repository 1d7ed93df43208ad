import type { DevicePreference } from './device.ts';
import type { ErrorCode } from './errors.ts';
import type { ModelInfo } from './model-info.ts';

/** What the page asks of the worker that runs a model; `id` joins an answer to its question. */
export type Question =
  | { readonly id: number; readonly kind: 'choose'; readonly preference: DevicePreference }
  | {
      readonly id: number;
      readonly kind: 'open';
      readonly info: ModelInfo;
      /** The .onnx file. */
      readonly model: Uint8Array;
      /** ONNX Runtime's WebAssembly. */
      readonly wasm: Uint8Array;
      /** Address of the folder with ONNX Runtime's files. */
      readonly runtime: string;
      readonly device: 'webgpu' | 'wasm';
      readonly threads: number;
    }
  | {
      readonly id: number;
      readonly kind: 'translate';
      /** RGBA. Transferred. */
      readonly data: Uint8ClampedArray;
      readonly width: number;
      readonly height: number;
    };

export type Answer =
  | { readonly id: number; readonly kind: 'chosen'; readonly device: 'webgpu' | 'wasm' }
  | { readonly id: number; readonly kind: 'opened' }
  | { readonly id: number; readonly kind: 'translated'; readonly data: Uint8ClampedArray<ArrayBuffer> }
  | { readonly id: number; readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  /** Not an answer to anything: the GPU is gone. */
  | { readonly id: -1; readonly kind: 'lost' };
