// A process that runs the built command's lines one after the other, as its parent sends them: see command.ts.
import { runCommandLine } from '../../dist/cli/main.js';

/** What the line at hand has written. */
let written;
for (const name of ['stdout', 'stderr']) {
  process[name].isTTY = false;
  process[name].write = text => {
    written[name] += text;
    return true;
  };
}

process.on('message', async ({ words, folder }) => {
  written = { stdout: '', stderr: '' };
  process.chdir(folder);
  const status = await runCommandLine(words);
  process.send({ status, ...written });
});
