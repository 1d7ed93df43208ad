import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/**
 * A seeded stream of random numbers that can be split by name and saved. Streams split from one seed under different
 * names are independent: drawing more numbers from one (say, augmentation) never shifts another (say, dropout).
 */
export class Random {
  private constructor(
    private readonly generator: RandomGenerator,
    private readonly seed: number,
  ) {}

  static fromSeed(seed: number): Random {
    return new Random(xoroshiro128plus(seed | 0), seed | 0);
  }

  /** Continues a stream where {@link Random.state} left it. */
  static fromState(state: readonly number[]): Random {
    const [seed = 0, ...generatorState] = state;
    return new Random(xoroshiro128plusFromState(generatorState), seed);
  }

  /** An independent stream named `label`; the same seed and label always give the same stream. */
  split(label: string): Random {
    return Random.fromSeed(hash(`${this.seed}/${label}`));
  }

  /** Everything needed to continue the stream: a few 32-bit integers. */
  state(): number[] {
    return [this.seed, ...this.generator.getState()];
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return (this.generator.next() >>> 0) / 0x1_0000_0000;
  }

  /** A uniform integer in [0, bound). */
  integer(bound: number): number {
    return uniformInt(this.generator, 0, bound - 1);
  }

  /** Standard normal (Box & Muller 1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** A shuffled copy (Fisher & Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [result[i], result[j]] = [result[j]!, result[i]!];
    }
    return result;
  }
}

/** FNV-1a followed by the finaliser of murmur3, so that similar labels give very different seeds. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
