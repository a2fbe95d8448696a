import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { XRayClient } from '@aws-sdk/client-xray';
import { createObservatory, type Observatory, type ObservatoryOptions } from '../observatory.ts';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Observed {
  observatory: Observatory;
  url: string;
  xray: XRayClient;
  logs: CloudWatchLogsClient;
  metrics: CloudWatchClient;
  /** Sends JSON (or raw text) to a path of the main port, or of the daemon's. */
  post(path: string, body: unknown, headers?: Record<string, string>, port?: number): Promise<Response>;
  datagram(text: string): Promise<void>;
}

/** An observatory in this process and real AWS clients of it; closed when the test ends. */
export async function observe(t: TestContext, options: ObservatoryOptions = {}): Promise<Observed> {
  const observatory = await createObservatory({ port: 0, daemonPort: 0, ...options });
  const url = `http://127.0.0.1:${observatory.port}`;
  const settings = { endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
  const xray = new XRayClient(settings);
  const logs = new CloudWatchLogsClient(settings);
  const metrics = new CloudWatchClient(settings);
  t.after(async () => {
    xray.destroy();
    logs.destroy();
    metrics.destroy();
    await observatory.close();
  });
  return {
    observatory,
    url,
    xray,
    logs,
    metrics,
    post: (path, body, headers = {}, port = observatory.port) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    datagram: (text) => sendDatagram(observatory.daemonPort ?? 0, text),
  };
}

function sendDatagram(port: number, text: string): Promise<void> {
  const socket = createSocket('udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.send(text, port, '127.0.0.1', (error) => {
    socket.close();
    if (error) reject(error);
    else resolve();
  });
  return promise;
}

/** A directory that is gone when the test ends. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'observatory-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Asks again until the answer is defined; fails after the deadline. */
export async function eventually<T>(ask: () => Promise<T | undefined>, within = 3000): Promise<T> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing came within ${within} ms`);
}
