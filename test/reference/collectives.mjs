// Started in several processes: compares what they average, share and gather with what they should.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openCommunicator } from '../../dist/distributed/communicator.js';

const communicator = await openCommunicator();
const { rank, count } = communicator;

/** The same numbers everywhere for each rank's values. */
function valuesOf(rank, length) {
  let state = 7 + rank;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return state / 2 ** 31;
  });
}

for (const length of [1, 2, 5, 100_003, 4_194_405]) {
  const all = Array.from({ length: count }, (_, i) => valuesOf(i, length));
  for (const [precision, tolerance] of [
    ['float32', 1e-6],
    ['float16', 1.1e-3],
  ]) {
    const values = all[rank].slice();
    await communicator.average(values, precision);
    for (let i = 0; i < length; i++) {
      const mean = all.reduce((sum, each) => sum + each[i], 0) / count;
      assert(
        Math.abs(values[i] - mean) < tolerance,
        `${precision} ${length} ${i}: ${values[i]}, not ${mean}`,
      );
    }
    const digest = createHash('sha256').update(values).digest('hex');
    assert.equal(new Set(await communicator.gather(digest)).size, 1);
  }
}

const shared = Float32Array.of(rank, rank + 1);
await communicator.broadcast(shared);
assert.deepEqual([...shared], [0, 1]);
assert.deepEqual(await communicator.broadcastJson(rank === 0 ? { text: 'grüße' } : null), { text: 'grüße' });
assert.deepEqual(
  await communicator.gather(`rank ${rank}`),
  Array.from({ length: count }, (_, i) => `rank ${i}`),
);
assert.equal(communicator.countOnHost, count);
communicator.close();
if (rank === 0) console.log(`${count} processes agree`);
