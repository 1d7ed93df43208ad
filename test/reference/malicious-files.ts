import { zipSync } from 'fflate';

// Files that are made to do harm: pickles that would run a command that leaves a file called "pwned" where Python read them,
// and files that swell, nest or loop.

type Part = string | number | readonly number[];

const bytesOf = (...parts: readonly Part[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap(part =>
      typeof part === 'string' ? [...Buffer.from(part)] : typeof part === 'number' ? [part] : [...part],
    ),
  );
const word = (value: number): readonly number[] => [...Buffer.from(Uint32Array.of(value).buffer)];
const text = (value: string): Uint8Array => bytesOf('X', word(value.length), value);
const sequence = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

const command = text('touch pwned');
const call = sequence(bytesOf('cposix\nsystem\n'), command, bytesOf(0x85, 'R'));
const many = (count: number, byte: number): Uint8Array => new Uint8Array(count).fill(byte);

/** Objects of pickles, without protocol and STOP. */
const objects: Readonly<Record<string, Uint8Array>> = {
  'os.system': sequence(bytesOf('cos\nsystem\n'), command, bytesOf(0x85, 'R')),
  'posix.system in a dict of tensors': sequence(
    bytesOf('}'),
    text('model.model.0.weight'),
    call,
    bytesOf('s'),
  ),
  'deep among harmless things': sequence(bytesOf('}'), text('a'), bytesOf(']]'), call, bytesOf('aas')),
  'builtins.eval': sequence(bytesOf('cbuiltins\neval\n'), text("open('pwned','w')"), bytesOf(0x85, 'R')),
  '__builtin__.getattr of Python 2': sequence(bytesOf('c__builtin__\ngetattr\n(N'), text('x'), bytesOf('tR')),
  'subprocess.Popen by NEWOBJ': sequence(bytesOf('csubprocess\nPopen\n'), command, bytesOf(0x85, 0x81)),
  'a name put together on the stack': sequence(
    text('os'),
    text('system'),
    bytesOf(0x93),
    command,
    bytesOf(0x85, 'R'),
  ),
  'INST of protocol 0': bytesOf('(S"touch pwned"\nios\nsystem\n'),
  'OBJ of protocol 1': sequence(bytesOf('(cos\nsystem\n'), command, bytesOf('o')),
  'an extension code': bytesOf(0x82, 1, ')R'),
  'BUILD on a tensor’s function': sequence(bytesOf('ctorch._utils\n_rebuild_tensor_v2\n}b')),
  'torch.load itself': sequence(bytesOf('ctorch\nload\n'), text('/etc/passwd'), bytesOf(0x85, 'R')),
  'a name with line ends in it': sequence(text('os\n\u001b[31m'), text('system\r\n'), bytesOf(0x93)),
  'JavaScript’s own names': sequence(text('constructor'), text('constructor'), bytesOf(0x93)),
  'a call of a storage class': bytesOf('ctorch\nFloatStorage\n)R'),
  'a tensor of no storage': sequence(bytesOf('ctorch._utils\n_rebuild_tensor_v2\n(NK', 0, '))tR')),
  'lists that double 60 times': sequence(bytesOf(']q', 0, '0'), ...doublings(60)),
  'lists that double, as a key': sequence(bytesOf('}]q', 0, '0'), ...doublings(60), bytesOf('Ns')),
  'dicts in dicts that multiply': sequence(
    bytesOf('}q', 0, '0'),
    ...Array.from({ length: 40 }, (_, i) => multiplied(i)),
  ),
  'a dict within itself': sequence(bytesOf('}q', 0), text('a'), bytesOf('h', 0, 's')),
  'marks without end': many(400_000, 0x28),
  'tuples 300,000 deep': sequence(bytesOf(')'), many(300_000, 0x85)),
  'a text of 4 GB': bytesOf('X', [0xff, 0xff, 0xff, 0xff], 'abc'),
  'a tensor of 10¹⁸ numbers': tensor([1e9, 1e9], [0, 0], 4),
  'a tensor behind its storage': tensor([4], [1], 4, 1_000_000),
};

/** Two more references to what slot `i` remembers, in a list that slot i + 1 remembers. */
function doublings(count: number): Uint8Array[] {
  const steps = Array.from({ length: count }, (_, i) => bytesOf('](h', i, 'h', i, 'eq', i + 1, '0'));
  return [...steps, bytesOf('h', count)];
}

/** A dict with ten times what slot `i` remembers. */
function multiplied(i: number): Uint8Array {
  const items = Array.from({ length: 10 }, (_, key) => bytesOf('K', key, 'h', i, 's'));
  return sequence(bytesOf('}'), ...items, bytesOf('q', i + 1, '0h', i + 1, i < 39 ? '0' : ''));
}

function tensor(
  shape: readonly number[],
  strides: readonly number[],
  length: number,
  offset = 0,
): Uint8Array {
  const int = (value: number) => bytesOf('J', word(value));
  const tuple = (values: readonly number[]) => sequence(bytesOf('('), ...values.map(int), bytesOf('t'));
  return sequence(
    bytesOf('}'),
    text('model.model.0.weight'),
    bytesOf('ctorch._utils\n_rebuild_tensor_v2\n(('),
    text('storage'),
    bytesOf('ctorch\nFloatStorage\n'),
    text('0'),
    text('cpu'),
    int(length),
    bytesOf('tQ'),
    int(offset),
    tuple(shape),
    tuple(strides),
    bytesOf(0x89, '}tRs'),
  );
}

const pickled = (object: Uint8Array) => sequence(bytesOf(0x80, 2), object, bytesOf('.'));
const legacyStart = sequence(
  bytesOf(0x80, 2, 0x8a, 10, [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19], '.'),
  pickled(bytesOf('M', 0xe9, 3)),
  pickled(sequence(bytesOf('}'), text('little_endian'), bytesOf(0x88, 's'))),
);

const harmless = pickled(tensor([4], [1], 4));
const zip = (entries: Readonly<Record<string, Uint8Array>>, level: 0 | 9 = 0) => zipSync(entries, { level });

/** Every malicious file, by what it tries. */
export const maliciousFiles: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ...Object.entries(objects).flatMap(([what, object]): [string, Uint8Array][] => [
    [`${what} (zip)`, zip({ 'archive/data.pkl': pickled(object), 'archive/data/0': new Uint8Array(16) })],
    [`${what} (legacy)`, sequence(legacyStart, pickled(object), pickled(bytesOf(']')))],
  ]),
  ['a path upwards', zip({ '../../pwned': bytesOf('x'), 'archive/data.pkl': harmless })],
  ['an absolute path', zip({ '/tmp/pwned': bytesOf('x'), 'archive/data.pkl': harmless })],
  ['a path of Windows', zip({ 'C:\\pwned': bytesOf('x'), '..\\pwned': bytesOf('x') })],
  [
    'a prototype for a name',
    zip({ 'constructor/data.pkl': harmless, 'constructor/data/0': new Uint8Array(3) }),
  ],
  ['two pickles', zip({ 'a/data.pkl': harmless, 'b/data.pkl': harmless })],
  ['a storage that is missing', zip({ 'archive/data.pkl': harmless })],
  ['50 MB in 50 kB', zip({ 'archive/data.pkl': harmless, 'archive/data/0': new Uint8Array(50e6) }, 9)],
  ['50 MB in 50 kB, as Keras', zip({ 'model.weights.h5': new Uint8Array(50e6) }, 9)],
  ['4 billion entries', endlessDirectory()],
  ['a safetensors header of 4 EB', bytesOf([0, 0, 0, 0, 0, 0, 0, 0x40], '{"a":1}')],
  ['safetensors that share bytes', safetensors(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12)],
  [
    'safetensors of endless shape',
    safetensors('{"a":{"dtype":"F32","shape":[1e300],"data_offsets":[0,8]}}', 8),
  ],
  ['an HDF5 signature and no more', bytesOf(0x89, 'HDF\r\n', 0x1a, '\n')],
];

/** A zip64 directory that claims more entries than the file could hold. */
function endlessDirectory(): Uint8Array {
  const record = bytesOf(
    'PK',
    6,
    6,
    Array.from({ length: 52 }, () => 0),
  );
  record.fill(0xff, 32, 36);
  const locator = bytesOf('PK', 6, 7, [0, 0, 0, 0], word(4), [0, 0, 0, 0], word(1));
  const end = bytesOf(
    'PK',
    5,
    6,
    [0, 0, 0, 0],
    [0xff, 0xff, 0xff, 0xff],
    Array.from({ length: 12 }, () => 0xff),
  );
  end.fill(0, 20);
  return sequence(bytesOf('PK', 3, 4), record, locator, end);
}

function entry(from: number, to: number): string {
  return `{"dtype":"F32","shape":[2],"data_offsets":[${from},${to}]}`;
}

function safetensors(header: string, length: number): Uint8Array {
  return sequence(bytesOf(word(header.length), word(0), header), new Uint8Array(length));
}
