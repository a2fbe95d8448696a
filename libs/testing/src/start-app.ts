import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Span } from '@throughline/traces';
import type { Express } from 'express';
import { capturedSpans } from './capture.ts';
import { until } from './until.ts';

export interface Reply<T = unknown> {
  readonly status: number;
  readonly body: T;
  /** The spans of this request's trace, once its server span has ended: the server span first. */
  spans(): Promise<[Span, ...Span[]]>;
}

export interface RunningApp extends AsyncDisposable {
  readonly url: string;
  request<T = unknown>(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string> },
  ): Promise<Reply<T>>;
}

/** Serves an app on a port of its own for the length of a test: `await using app = await startApp(createApp(…))`. */
export async function startApp(app: Express): Promise<RunningApp> {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async request<T>(
      method: string,
      path: string,
      { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
    ) {
      const traceId = randomBytes(16).toString('hex');
      const parentId = randomBytes(8).toString('hex');
      const raw = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(new URL(path, url).href, {
        method,
        headers: {
          traceparent: `00-${traceId}-${parentId}-01`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: raw }),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: (text === '' ? undefined : JSON.parse(text)) as T,
        spans: () =>
          until('the server span of the request', () => {
            const spans = capturedSpans().filter((span) => span.trace_id === traceId);
            const server = spans.find((span) => span.parent_id === parentId && span.end_us !== undefined);
            return server && ([server, ...spans.filter((span) => span !== server)] as [Span, ...Span[]]);
          }),
      };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
