import { resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { exists, isFolder, makeFolder } from '../../files/folder.ts';
import { isRunFolder } from '../../runs/run-folder.ts';
import type { Listening, ListenOptions } from '../../server/listen.ts';
import { defineCommand } from '../options/command.ts';
import { parseWithin } from '../options/parse.ts';
import { jsonOption } from '../options/shared-options.ts';
import { onInterrupt } from '../terminal.ts';
import { openPage } from './open-page.ts';

const DEFAULT_PORT = 4173;
const DEFAULT_RUNS = 'runs';
const ports = { least: 0, most: 65_535, whole: true };

export const studio = defineCommand({
  args: {
    runs: { type: 'positional', required: false, description: 'Folder of runs (default: runs)' },
    data: { type: 'string', valueHint: 'DIR', description: 'Folder of data sets (default: this folder)' },
    port: {
      type: 'string',
      valueHint: 'N',
      default: String(DEFAULT_PORT),
      description: 'Port; 0: any free port',
    },
    host: {
      type: 'string',
      valueHint: 'NAME',
      default: '127.0.0.1',
      description: 'Address to listen on; on any but the default, visitors need the printed token',
    },
    token: {
      type: 'string',
      valueHint: 'TEXT',
      description: 'Access token (default: PIX2PIX_TOKEN from the environment, or a random one)',
    },
    json: jsonOption,
  },
  examples: [
    'npx pix2pix studio',
    'npx pix2pix studio runs --port 8080',
    'npx pix2pix studio --host 0.0.0.0 --data ~/data',
  ],
  async run({ runs, data = '.', port, host, token = process.env.PIX2PIX_TOKEN, json }) {
    const isNew = runs !== undefined && !(await exists(runs));
    const options = { port: parseWithin('port', port, ports), host, token };
    const server = await startServer(runs ?? DEFAULT_RUNS, data, options);
    if (isNew) console.error(`Note: "${runs}" did not exist; it is now an empty folder for runs`);
    console.log(json ? JSON.stringify({ url: server.url }) : invitation(server.url));
    await interrupted();
    if (!json) console.log(stopping);
    await server.close();
  },
});

/** The command without arguments: the studio, with the page to draw on open in the browser. */
export async function drawInBrowser(): Promise<void> {
  const open = (port: number) => startServer(DEFAULT_RUNS, '.', { port, host: '127.0.0.1' });
  const server = await open(DEFAULT_PORT).catch(() => open(0));
  const url = `${server.url}/#/draw/emoji`;
  console.log(invitation(url));
  console.log('All commands: npx pix2pix --help');
  openPage(url);
  await interrupted();
  console.log(stopping);
  await server.close();
}

async function startServer(
  runs: string,
  data: string,
  options: Omit<ListenOptions, 'workspace'>,
): Promise<Listening> {
  if (await isRunFolder(runs))
    throw new UserError(`Cannot open "${runs}": it is a run; pass the folder that contains it`);
  if (!(await isFolder(data)))
    throw new UserError(`Cannot open "${data}": there is no such folder; pass another --data`);
  await makeFolder(runs);
  const [{ listen }, { openWorkspace }] = await Promise.all([
    import('../../server/listen.ts'),
    import('../../server/workspace.ts'),
  ]);
  return listen({ workspace: openWorkspace(resolve(runs), resolve(data)), ...options });
}

function invitation(url: string): string {
  return `pix2pix studio: ${url}  (press Ctrl-C to save and stop)`;
}

const stopping = 'Stopping: trainings finish their step and save; press Ctrl-C again to quit immediately';

/** Resolves at the first signal to end; the second one ends the process. */
function interrupted(): Promise<void> {
  return new Promise(done => {
    onInterrupt({ ask: done, leave: () => {} });
  });
}
