/** Something that is wrong with a model, in words, and what to try. No final periods. */
export interface Finding {
  /** The model's name. */
  readonly entry: string;
  readonly kind:
    | 'no numbers'
    | 'over-fitting'
    | 'discriminator dominates'
    | 'mode collapse'
    | 'checkerboard'
    | 'colour cast'
    | 'statistics mismatch'
    | 'blur'
    | 'no better than a baseline';
  readonly text: string;
  readonly advice: string;
}
