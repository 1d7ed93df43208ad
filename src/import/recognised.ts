import type { RunConfig } from '../config/config.ts';

/** A generator as a file holds it: the settings that rebuild it, and where each of its variables lies. */
export interface Recognised {
  /** What it is, for people: "U-Net of pytorch-CycleGAN-and-pix2pix". */
  readonly kind: string;
  readonly config: RunConfig;
  /** Where the variable `G/…` lies; null where a file of this kind has nothing for it. */
  place(variable: string): Place | null;
  /** Whether a tensor may be left over: counters, and what a norm cancels. */
  ignores(name: string): boolean;
}

export interface Place {
  /** The tensor's name in the file. */
  readonly name: string;
  /** For each axis of the variable, which of the tensor's it is; absent: the same. */
  readonly axes?: readonly number[];
  /** The variable's values where the file has no such tensor. */
  readonly otherwise?: number;
}
