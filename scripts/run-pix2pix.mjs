import { execFileSync } from 'node:child_process';

/** Runs a command of the built project; its words are separated by spaces. Returns what it printed. */
export function pix2pix(command) {
  console.log(command);
  const args = ['bin/pix2pix.js', ...command.split(' ')];
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
