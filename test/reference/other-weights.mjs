// Started in two processes, of which the second changes a weight behind the back of the first.
import { followGroup, leadGroup } from '../../dist/train/process-group.js';

const isLeader = (process.env.PMI_RANK ?? process.env.OMPI_COMM_WORLD_RANK) === '0';
const group = await (isLeader ? leadGroup({ config: { batchSize: 2 } }) : followGroup());
if (!isLeader) await group.next();
const data = Float32Array.of(1, 2);
const state = {
  model: new Map([['weight', { shape: [2], data }]]),
  optimizerState: new Map(),
  counts: {},
  streams: {},
};
await group.synchronize(state, { epoch: 0, batch: 0, step: 0 });
if (!isLeader) {
  data[1] = 2.5;
  await group.next();
}
await group.close().catch(error => {
  if (isLeader) console.error(error.message);
  process.exitCode = 2;
});
