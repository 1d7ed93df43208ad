// Started in two processes, of which the second changes a weight behind the back of the first.
import { followCrew, leadCrew } from '../../dist/train/crew.js';

const isLeader = (process.env.PMI_RANK ?? process.env.OMPI_COMM_WORLD_RANK) === '0';
const crew = await (isLeader ? leadCrew({ config: { batchSize: 2 } }) : followCrew());
if (!isLeader) await crew.next();
const data = Float32Array.of(1, 2);
const state = {
  model: new Map([['weight', { shape: [2], data }]]),
  optimizerState: new Map(),
  counts: {},
  streams: {},
};
await crew.unite(state, { epoch: 0, batch: 0, step: 0 });
if (!isLeader) {
  data[1] = 2.5;
  await crew.next();
}
await crew.close().catch(error => {
  if (isLeader) console.error(error.message);
  process.exitCode = 2;
});
