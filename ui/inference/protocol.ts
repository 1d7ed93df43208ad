/** Requests of the page to the worker that runs a model; a response has the `id` of its request. */
export type Question =
  | {
      readonly id: number;
      readonly kind: 'open';
      /** The .onnx file. Transferred. */
      readonly model: ArrayBuffer;
      /** Address of the folder with ONNX Runtime's files. */
      readonly runtime: string;
      readonly gpu: boolean;
      readonly threads: number;
    }
  | {
      readonly id: number;
      readonly kind: 'translate';
      readonly pixels: Uint8Array;
      readonly shape: readonly [number, number, number, number];
    };

export type Answer =
  | { readonly id: number; readonly kind: 'opened'; readonly backend: string }
  | {
      readonly id: number;
      readonly kind: 'translated';
      readonly pixels: Uint8Array;
      /** Height, width and channels of the result. */
      readonly shape: readonly [number, number, number];
      readonly milliseconds: number;
    }
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };
