import { type ChildProcess, spawn } from 'node:child_process';

const script = `
read -r _
kill -INT "$1" 2>/dev/null
[ -n "$2" ] || exit 0
n=0
while kill -0 "$1" 2>/dev/null && [ $n -lt 50 ]; do sleep 0.1; n=$((n + 1)); done
rm -rf "$2"
`;

/**
 * Interrupts a process that is not Node (PostgreSQL) when we end without having done so, killed for one, and then removes
 * `folder`, if given. A shell that waits on a pipe: under 1 MB. Undefined on Windows; there the next start ends the orphan.
 */
export function interruptWhenWeEnd(pid: number, folder = ''): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const watchdog = spawn('/bin/sh', ['-c', script, 'watchdog', String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  watchdog.on('error', () => {});
  watchdog.unref();
  return watchdog;
}
