/** A problem of a model, and what to try. Texts have no final period. */
export interface Finding {
  /** The model's name. */
  readonly entry: string;
  readonly kind:
    | 'non-finite'
    | 'overfitting'
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
