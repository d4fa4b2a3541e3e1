import { spawn } from 'node:child_process';

/** Shows an address in the user's browser. Nothing happens where there is none: the address is printed anyway. */
export function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(command ?? '', args, { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // No such program: a machine without a desktop.
  child.unref();
}
