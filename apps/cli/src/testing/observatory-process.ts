import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { PutTraceSegmentsCommand, XRayClient } from '@aws-sdk/client-xray';
import type { Written } from './purchase-documents.ts';

const main = fileURLToPath(new URL('../../../observatory/src/main.ts', import.meta.url));

export interface ObservatoryProcess extends AsyncDisposable {
  readonly url: string;
  put(written: Written): Promise<void>;
  log(service: string, line: Record<string, unknown> | string): Promise<void>;
}

/** A real observatory on a port of its own, empty, until it is disposed of. */
export async function startObservatory(): Promise<ObservatoryProcess> {
  const STATE_DIR = mkdtempSync(join(tmpdir(), 'throughline-follow-'));
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', DAEMON_PORT: '0', STATE_DIR },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [first] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { port } = JSON.parse(first) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const settings = { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  const xray = new XRayClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  return {
    url,
    async put({ documents }) {
      const TraceSegmentDocuments = documents.map((document) => JSON.stringify(document));
      await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments }));
    },
    async log(service, line) {
      const target = { logGroupName: `/throughline/${service}`, logStreamName: 'test' };
      const message = typeof line === 'string' ? line : JSON.stringify(line);
      await logs.send(new CreateLogGroupCommand(target));
      await logs.send(new CreateLogStreamCommand(target));
      await logs.send(new PutLogEventsCommand({ ...target, logEvents: [{ timestamp: Date.now(), message }] }));
    },
    async [Symbol.asyncDispose]() {
      xray.destroy();
      logs.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(STATE_DIR, { recursive: true, force: true });
    },
  };
}
