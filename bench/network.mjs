// Measures training steps of several processes in network namespaces, whose connections `tc` limits. Needs root, iproute2, mpich
// and a build; processes share this machine's cores, so the network's share is what it tells, not the pace of computing.
// Usage: node bench/network.mjs [--processes 4] [--gigabits 1,10] [--steps 5] [--preset lite] [--size 128] [--batch 4]
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '4' },
    gigabits: { type: 'string', default: '1,10' },
    steps: { type: 'string', default: '5' },
    preset: { type: 'string', default: 'lite' },
    size: { type: 'string', default: '128' },
    filters: { type: 'string' },
    batch: { type: 'string', default: '4' },
  },
});
const [processes, steps, size, batch] = ['processes', 'steps', 'size', 'batch'].map(name =>
  Number(values[name]),
);
const spaces = Array.from({ length: processes }, (_, i) => `pix2pix${i}`);
const shell = command => execFileSync('bash', ['-euc', command], { encoding: 'utf8' });

function connect(gigabits) {
  // What may pass at once: a millisecond's worth.
  const limit = name =>
    `tc qdisc replace dev ${name} root tbf rate ${gigabits}gbit burst ${gigabits * 125}kb latency 100ms`;
  shell('ip link add pix2pix type bridge; ip link set pix2pix up');
  spaces.forEach((space, i) => {
    shell(`ip netns add ${space}; ip link add ${space} type veth peer name eth0 netns ${space}
      ip link set ${space} master pix2pix up; ip -n ${space} addr add 10.99.0.${i + 1}/24 dev eth0
      ip -n ${space} link set lo up; ip -n ${space} link set eth0 up
      ${limit(space)}; ip netns exec ${space} ${limit('eth0')}`);
  });
}

function disconnect() {
  for (const space of spaces) shell(`ip netns del ${space} 2>/dev/null || true`);
  shell('ip link del pix2pix 2>/dev/null || true');
}

/** Only TCP through the namespace's own interface: the processes would find that they share memory. */
const overNetwork = { MPIR_CVAR_NOLOCAL: '1', UCX_TLS: 'tcp,self', UCX_NET_DEVICES: 'eth0' };

function measure(compression) {
  const config = {
    preset: values.preset,
    size: [size, size],
    batchSize: batch,
    ...(values.filters && { generator: { filters: Number(values.filters) } }),
    optimizer: { gradientCompression: compression },
  };
  const probe = [process.execPath, new URL('./network-probe.mjs', import.meta.url).pathname];
  const words = [...probe, JSON.stringify({ config, steps })].map(word => `'${word}'`).join(' ');
  const command = `exec ip netns exec pix2pix$PMI_RANK ${words}`;
  const text = execFileSync('mpirun.mpich', ['-n', `${processes}`, 'bash', '-c', command], {
    encoding: 'utf8',
    env: { ...process.env, ...overNetwork },
  });
  return JSON.parse(text);
}

const least = (steps, key) => Math.min(...steps.map(step => step[key]));
try {
  for (const gigabits of values.gigabits.split(',').map(Number)) {
    for (const compression of ['none', 'fp16']) {
      disconnect();
      connect(gigabits);
      const taken = measure(compression);
      const result = { gigabits, compression, processes, batch };
      for (const key of Object.keys(taken[0])) result[key] = least(taken, key);
      console.log(JSON.stringify(result));
    }
  }
} finally {
  disconnect();
}
