import { PickleMachine, type PickleWorld } from './pickle-machine.ts';
import type { Refuse } from './refuse.ts';

/**
 * Reads the pickle that starts at `from`: dicts as Map, lists and tuples as arrays. A pickle is a program. Only
 * operations that make plain values are supported, and only functions in `world` can be called, so untrusted code can't
 * run. Throws UserError, through `refuse`, for everything else. Operations:
 * https://docs.python.org/3/library/pickletools.html, of protocol 2 and, of protocol 4, those of plain values.
 */
export function readPickle(
  bytes: Uint8Array,
  from: number,
  world: PickleWorld,
  refuse: Refuse,
): { readonly value: unknown; readonly end: number } {
  const machine = new PickleMachine(bytes, world, refuse, from);
  for (;;) {
    const code = machine.operation();
    if (code === stop) return { value: machine.pop(), end: machine.at };
    const operation = operations.get(code);
    if (!operation)
      return refuse(`its pickle has operation 0x${code.toString(16)}, which weights don't need`);
    operation(machine);
  }
}

type Operation = (machine: PickleMachine) => void;

const letter = (text: string): number => text.charCodeAt(0);
const stop = letter('.');

const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  // frames and protocol
  [0x80, m => m.take(1)],
  [0x95, m => m.take(8)],
  // plain values
  [letter('N'), m => m.push(null)],
  [0x88, m => m.push(true)],
  [0x89, m => m.push(false)],
  [letter('K'), m => m.push(m.unsigned(1))],
  [letter('M'), m => m.push(m.unsigned(2))],
  [letter('J'), m => m.push(m.unsigned(4) | 0)],
  [0x8a, m => m.push(longOf(m.take(m.unsigned(1))))],
  [letter('G'), m => m.push(doubleOf(m.take(8)))],
  [letter('X'), m => m.push(m.text(m.unsigned(4), 'utf-8'))],
  [0x8c, m => m.push(m.text(m.unsigned(1), 'utf-8'))],
  [letter('U'), m => m.push(m.text(m.unsigned(1), 'latin1'))],
  [letter('T'), m => m.push(m.text(m.unsigned(4), 'latin1'))],
  // collections
  [letter('}'), m => m.push(new Map())],
  [letter(']'), m => m.push([])],
  [letter(')'), m => m.push([])],
  [letter('('), m => m.pushMark()],
  [letter('t'), m => m.push(m.popToMark())],
  [letter('l'), m => m.push(m.popToMark())],
  [0x85, m => m.push(lastOf(m, 1))],
  [0x86, m => m.push(lastOf(m, 2))],
  [0x87, m => m.push(lastOf(m, 3))],
  [letter('s'), m => m.fill(lastOf(m, 2))],
  [letter('u'), m => m.fill(m.popToMark())],
  [letter('a'), m => m.extend(lastOf(m, 1))],
  [letter('e'), m => m.extend(m.popToMark())],
  [letter('0'), m => m.pop()],
  // memo
  [letter('q'), m => m.remember(m.unsigned(1))],
  [letter('r'), m => m.remember(m.unsigned(4))],
  [0x94, m => m.remember()],
  [letter('h'), m => m.recall(m.unsigned(1))],
  [letter('j'), m => m.recall(m.unsigned(4))],
  // names and calls, limited to the world
  [letter('c'), m => m.pushGlobal(m.line(), m.line())],
  [0x93, pushStackGlobal],
  [letter('R'), m => m.call()],
  [letter('Q'), m => m.pushPersistent()],
  [letter('b'), dropState],
]);

function pushStackGlobal(machine: PickleMachine): void {
  const [module, name] = lastOf(machine, 2);
  machine.pushGlobal(module, name);
}

/** An OrderedDict may have attributes, such as the versions in state dicts; they are ignored. */
function dropState(machine: PickleMachine): void {
  machine.pop();
  if (!(machine.peek() instanceof Map))
    machine.refuse('its pickle sets attributes of something other than a dict');
}

function lastOf(machine: PickleMachine, count: number): unknown[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

/** Two's complement, little-endian. Rounded beyond 2⁵³, which no size needs. */
function longOf(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return (bytes.at(-1) ?? 0) & 0x80 ? value - 256 ** bytes.length : value;
}

function doubleOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}
