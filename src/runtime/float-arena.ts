const PAGE = 65536;
/** ONNX Runtime's kernels like their operands on cache lines. */
const ALIGNMENT = 64;

/** Buffers allocated once in one WebAssembly memory, which native code and WebAssembly kernels can both access. */
export class FloatArena {
  readonly wasm: WebAssembly.Memory;
  private used = 0;

  /** @param bytes at most 4 GiB; allow {@link alignedBytes} for each buffer. */
  constructor(bytes: number) {
    this.wasm = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  }

  /** The next `count` float32 values, zero. */
  floats(count: number): Float32Array {
    const start = this.used;
    this.used += alignedBytes(count);
    return new Float32Array(this.wasm.buffer, start, count);
  }
}

/** Bytes that a buffer of `count` float32 values takes. */
export function alignedBytes(count: number): number {
  return Math.ceil((count * 4) / ALIGNMENT) * ALIGNMENT;
}
