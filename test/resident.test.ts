import { describe, expect, it } from 'vitest';
import { add, broadcast, input, multiply, sum } from '../src/graph/index.ts';
import { devices } from '../src/runtime/device.ts';
import { nodeRuntime as ort } from '../src/runtime/node.ts';
import { compileResident } from '../src/runtime/resident.ts';
import { adapterHint, adapterWorks } from './reference/adapter.ts';

const skipped = (await adapterWorks()) ? '' : ` (${adapterHint})`;

describe.skipIf(skipped !== '')(`state that stays on the device${skipped}`, () => {
  it('is kept from run to run, and can be read', async () => {
    const [count, more] = [input('count', [3]), input('more', [3])];
    const outputs = { count: add(count, more), total: sum(multiply(count, 1), [0]) };
    const program = await compileResident(ort, devices.webgpu, outputs);
    await program.put({ count: Float32Array.of(1, 2, 3), other: new Float32Array(1) });
    const totals: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { total } = await program.run({ more: Float32Array.of(1, 1, 1) });
      totals.push(total![0]!);
      expect(program.transferredBytes).toEqual({ toDevice: i === 0 ? 24 : 12, fromDevice: 4 });
    }
    expect(totals).toEqual([6, 9, 12]);
    const back = { count: new Float32Array(3) };
    await program.get(back);
    await program.get(back);
    expect([...back.count]).toEqual([4, 5, 6]);
    await program.put({ count: Float32Array.of(0, 0, 1) });
    expect((await program.run({ more: new Float32Array(3) })).total![0]).toBe(1);
    await program.release();
  });

  it('reports in one line that there is not enough memory', async () => {
    const sides = [60_000, 60_000]; // 14 GB each: most adapters refuse one such buffer, and no card tried holds twelve
    const names = Array.from({ length: 12 }, (_, i) => `x${i}`);
    const large = names.map(name => broadcast(input(name, [1, 1]), sides));
    const all = large.reduce(add);
    const total = sum(large.map(each => multiply(each, all)).reduce(add), [0, 1]);
    const program = await compileResident(ort, devices.webgpu, { total });
    const run = program.run(Object.fromEntries(names.map(name => [name, Float32Array.of(1)])));
    await expect(run).rejects.toMatchObject({
      name: 'UserError',
      fault: 'memory',
      message: expect.stringMatching(/^Cannot compute on "webgpu": it does not have enough memory; .+$/),
    });
    await program.release();
  });
});
