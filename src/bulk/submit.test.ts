import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryQueue } from '../../test/bulk-fixtures.ts';
import { savePicture, temporaryFolder, testPicture } from '../../test/data-fixtures.ts';
import { savePictures } from '../../test/reference/bulk-campaign.ts';
import { findProgram } from '../../test/reference/find-program.ts';
import { writeTinyModel } from '../../test/reference/tiny-model.ts';
import { campaignFiles } from './campaign.ts';
import { folderDestination } from './places/folder.ts';
import { submitCampaign } from './submit.ts';

const program = findProgram('redis-server');

test.skipIf(!program)(
  'a picture that failed counts as translated once it was replaced, and as failed again if it did again (needs "apt-get install redis-server")',
  async () => {
    const queue = await temporaryQueue(program!);
    const folder = await temporaryFolder();
    const [model, source] = [join(folder, 'model.onnx'), join(folder, 'tiles')];
    await writeTinyModel(model);
    await savePictures(source, 3, 16);
    const destination = folderDestination(join(folder, 'out'));
    const submission = { model, source, destination: destination.location, force: false };
    const submit = () => submitCampaign(queue, { ...submission, optionsFor: () => ({ format: 'png' }) });
    /** Ends the chunks without a receipt, as a worker does. */
    const finish = async (failures: Record<string, string>) => {
      for (const file of await destination.names(campaignFiles.chunks)) {
        const chunk = file.replace('.json', '');
        if (await destination.read(campaignFiles.receipt(chunk))) continue;
        const receipt = JSON.stringify({ chunk, failures });
        await destination.write(campaignFiles.receipt(chunk), new TextEncoder().encode(receipt));
      }
    };
    const { campaign } = await submit();
    const failures = async () =>
      [...(await queue.state.failures(campaign.id))].map(([name, { reason }]) => [name, reason]);

    await finish({ '1.png': 'Broken', '2.png': 'Empty' });
    await submit();
    expect(await failures()).toEqual([
      ['1.png', 'Broken'],
      ['2.png', 'Empty'],
    ]);
    await savePicture(join(source, '1.png'), testPicture(24, 16));
    expect((await submit()).queued).toBe(1);
    await finish({});
    await queue.state.forgetFailure(campaign.id, '1.png');
    await submit();
    expect(await failures()).toEqual([['2.png', 'Empty']]);
    await savePicture(join(source, '1.png'), testPicture(32, 16));
    await submit();
    await finish({ '1.png': 'Broken again' });
    await submit();
    expect((await failures()).sort()).toEqual([
      ['1.png', 'Broken again'],
      ['2.png', 'Empty'],
    ]);
  },
);
