// A process that runs the built command's lines one after the other, as its parent sends them: see command.ts.
import { runCli } from '../../dist/cli/main.js';

/** What the line at hand has written. */
let written;
for (const name of ['stdout', 'stderr']) {
  process[name].write = text => {
    written[name] += text;
    return true;
  };
}

// A command that failed ends its process after a while; this one goes on.
process.exit = () => {};

process.on('message', async ({ words, folder }) => {
  written = { stdout: '', stderr: '' };
  process.exitCode = 0;
  process.chdir(folder);
  await runCli(words);
  process.send({ status: process.exitCode, ...written });
});
