import { spawn } from 'node:child_process';

/** Opens an address in the browser, where there is a desktop with one; says nothing where there is none. */
export function openPage(url: string): void {
  const { platform, env } = process;
  if (platform === 'darwin') start('open', url);
  else if (platform === 'win32') start('rundll32', 'url.dll,FileProtocolHandler', url);
  else if (env.DISPLAY || env.WAYLAND_DISPLAY) start('xdg-open', url);
}

function start(command: string, ...args: readonly string[]): void {
  const opener = spawn(command, args, { stdio: 'ignore', detached: true });
  opener.on('error', () => {});
  opener.unref();
}
