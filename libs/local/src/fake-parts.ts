import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FleetEvent } from './events.ts';
import type { Part } from './part.ts';
import { answers } from './probes.ts';

const guard = fileURLToPath(new URL('die-with-parent.ts', import.meta.url));

const script = `
import { createServer } from 'node:http';
console.log('begun', process.env.NAME);
if (process.env.BROKEN) { console.error('no such thing as ' + process.env.BROKEN); process.exit(3); }
createServer((_, res) => res.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
if (process.env.STUBBORN) process.on('SIGTERM', () => console.log('not now'));
else process.on('SIGTERM', () => process.exit(0));
`;

/** A temporary directory with tiny services to supervise, for the tests of the supervisor. */
export function createFakes(parent = tmpdir()) {
  const state = mkdtempSync(join(parent, 'throughline-fakes-'));
  const file = join(state, 'fake.mjs');
  writeFileSync(file, script);
  const events: FleetEvent[] = [];
  return {
    state,
    events,
    onEvent: (event: FleetEvent): void => void events.push(event),
    part(name: string, port: number, env: Record<string, string> = {}, more: Partial<Part> = {}): Part {
      return {
        name,
        kind: 'service',
        command: process.execPath,
        args: ['--import', guard, file],
        cwd: state,
        env: { ...env, NAME: name, PORT: String(port) },
        ports: [{ port, protocol: 'tcp' }],
        isReady: () => answers(`http://127.0.0.1:${port}/`),
        ...more,
      };
    },
    remove: (): void => rmSync(state, { recursive: true, force: true }),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
