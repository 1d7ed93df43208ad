import { quoted, type Refuse } from './refuse.ts';

/** A dict of a pickle. */
export type PickleDict = Map<unknown, unknown>;

/** A function that a pickle may call; its arguments come from the pickle, unchecked. */
export type PickleFunction = (args: readonly unknown[]) => unknown;

/** The names that a pickle may use: functions, and values that represent classes. All others are refused. */
export interface PickleWorld {
  /** By `module.name`. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** Resolves a persistent id. */
  readonly persistent: PickleFunction;
}

const mostOperations = 500_000;
const longestText = 100_000;
const mark = Symbol('mark');

/** The stack machine that executes a pickle, with what the pickle may access; see {@link readPickle}. */
export class PickleMachine {
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private operations = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly world: PickleWorld,
    readonly refuse: Refuse,
    public at: number,
  ) {}

  /** The next operation. */
  operation(): number {
    if (++this.operations > mostOperations) {
      return this.refuse(`its pickle has more than ${mostOperations} operations, far more than weights need`);
    }
    return this.take(1)[0]!;
  }

  /** The next `count` bytes. */
  take(count: number): Uint8Array {
    const end = this.at + count;
    if (end > this.bytes.length) return this.refuse('it is truncated inside its pickle');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** The next 1 to 4 bytes as an unsigned integer, little-endian. */
  unsigned(size: number): number {
    return this.take(size).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  text(length: number, encoding: 'utf-8' | 'latin1'): string {
    if (length > longestText) return this.refuse(`its pickle holds a string of ${length} bytes`);
    return new TextDecoder(encoding).decode(this.take(length));
  }

  /** The text up to the next line feed, without it. */
  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) return this.refuse('it is truncated inside its pickle');
    const line = this.text(end - this.at, 'utf-8');
    this.at++;
    return line;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0 || this.stack.at(-1) === mark) return this.refuse(malformed);
    return this.stack.pop();
  }

  /** The top value, without removing it. */
  peek(): unknown {
    if (this.stack.length === 0 || this.stack.at(-1) === mark) return this.refuse(malformed);
    return this.stack.at(-1);
  }

  pushMark(): void {
    this.stack.push(mark);
  }

  /** Pops everything above the last mark, and the mark. */
  popToMark(): unknown[] {
    const from = this.stack.lastIndexOf(mark);
    if (from < 0) return this.refuse(malformed);
    const values = this.stack.splice(from + 1);
    this.stack.pop();
    return values;
  }

  remember(slot = this.memo.size): void {
    this.memo.set(slot, this.peek());
  }

  recall(slot: number): void {
    if (!this.memo.has(slot)) this.refuse(malformed);
    this.push(this.memo.get(slot));
  }

  pushGlobal(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') throw this.refuse(malformed);
    const key = `${module}.${name}`;
    if (!this.world.globals.has(key)) {
      this.refuse(
        `its pickle asks for ${quoted(key)}, which could run code; save a plain state_dict of tensors instead`,
      );
    }
    this.push(this.world.globals.get(key));
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (typeof callee !== 'function' || !Array.isArray(args)) throw this.refuse(malformed);
    this.push((callee as PickleFunction)(args));
  }

  pushPersistent(): void {
    const id = this.pop();
    this.push(this.world.persistent(Array.isArray(id) ? id : [id]));
  }

  /** Adds alternating keys and values to the dict on top. */
  fill(items: readonly unknown[]): void {
    const dict = this.peek();
    if (!(dict instanceof Map) || items.length % 2 !== 0) throw this.refuse(malformed);
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  /** Adds to the list on top. */
  extend(items: readonly unknown[]): void {
    const list = this.peek();
    if (!Array.isArray(list)) throw this.refuse(malformed);
    for (const item of items) list.push(item);
  }
}

const malformed = 'its pickle is damaged';
