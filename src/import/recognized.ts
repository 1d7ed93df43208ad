import type { RunConfig } from '../config/config.ts';

/** A recognised generator: the settings that rebuild it, and the tensor in the file for each of its variables. */
export interface Recognized {
  /** Its origin, for users: "U-Net of pytorch-CycleGAN-and-pix2pix". */
  readonly kind: string;
  readonly config: RunConfig;
  /** The place of the variable `G/…`; null if files of this kind have no tensor for it. */
  place(variable: string): Place | null;
  /** Whether a tensor may be unused: counters, and biases that a norm cancels. */
  ignores(name: string): boolean;
}

export interface Place {
  /** The tensor's name in the file. */
  readonly name: string;
  /** For each axis of the variable, the tensor's axis; absent: the same order. */
  readonly axes?: readonly number[];
  /** The variable's value if the file has no such tensor. */
  readonly otherwise?: number;
}
