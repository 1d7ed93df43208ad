#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);

if (existsSync(main)) {
  const { runCli } = await import(main.href);
  await runCli(process.argv.slice(2));
} else {
  console.error('Cannot start pix2pix: it is not built yet; run "npm run build"');
  process.exitCode = 2;
}
