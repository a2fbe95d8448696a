import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { defineApi } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { capturedSpans, silentLog, startApp, until, type RunningApp } from '@throughline/testing';
import type { Span } from '@throughline/traces';
import { z } from 'zod';
import { createService } from './create-service.ts';

const Seen = z.object({ trace_id: z.string(), traceparent: z.string(), xray: z.string() });
type Seen = z.infer<typeof Seen>;
const api = defineApi({
  look: { method: 'GET', path: '/look', summary: 'Where it is', status: 200, response: Seen },
});

const ids = () => {
  const [a, b] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const root = (id: string): string => `Root=1-${id.slice(0, 8)}-${id.slice(8)}`;
  return { a, b, p: randomBytes(8).toString('hex'), q: randomBytes(8).toString('hex'), rootA: root(a), rootB: root(b) };
};
type Ids = ReturnType<typeof ids>;

describe('over HTTP', () => {
  let app: RunningApp;
  const look = async (): Promise<Seen> => {
    const carrier = tracing.carrier();
    const trace_id = tracing.ids()?.trace_id ?? '';
    return { trace_id, traceparent: carrier.traceparent ?? '', xray: carrier['x-amzn-trace-id'] ?? '' };
  };
  before(async () => {
    app = await startApp(createService({ api, handlers: { look }, log: silentLog }));
  });
  after(() => app[Symbol.asyncDispose]());

  /** Sent by node:http, so that no SDK adds a header of its own. */
  const send = async (headers: Record<string, string | string[]>): Promise<Seen> => {
    const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
      httpRequest(`${app.url}/look`, { headers }, resolve).on('error', reject).end(),
    );
    return Seen.parse(JSON.parse(await text(response)));
  };
  const spanOf = (traceId: string): Promise<Span> =>
    until('the span', () => capturedSpans().find((span) => span.trace_id === traceId && span.end_us !== undefined));

  const continued: [string, (i: Ids) => Record<string, string | string[]>, (i: Ids) => [string, string | undefined]][] =
    [
      ['traceparent alone', ({ a, p }) => ({ traceparent: `00-${a}-${p}-01` }), ({ a, p }) => [a, p]],
      [
        'X-Amzn-Trace-Id alone',
        ({ rootA, q }) => ({ 'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=1` }),
        ({ a, q }) => [a, q],
      ],
      [
        "an ALB's Root alone: the trace goes on, without a parent",
        ({ rootA }) => ({ 'X-Amzn-Trace-Id': rootA }),
        ({ a }) => [a, undefined],
      ],
      ['Root and Sampled=1', ({ rootA }) => ({ 'X-Amzn-Trace-Id': `${rootA};Sampled=1` }), ({ a }) => [a, undefined]],
      [
        'Root, Parent and Sampled=?',
        ({ rootA, q }) => ({ 'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=?` }),
        ({ a, q }) => [a, q],
      ],
      [
        "both with one id: X-Amzn-Trace-Id's parent",
        ({ a, p, q, rootA }) => ({
          traceparent: `00-${a}-${p}-01`,
          'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=1`,
        }),
        ({ a, q }) => [a, q],
      ],
      [
        "both with one id, Root alone: traceparent's parent",
        ({ a, p, rootA }) => ({ traceparent: `00-${a}-${p}-01`, 'X-Amzn-Trace-Id': rootA }),
        ({ a, p }) => [a, p],
      ],
      [
        'the ids differ: traceparent',
        ({ a, p, q, rootB }) => ({
          traceparent: `00-${a}-${p}-01`,
          'X-Amzn-Trace-Id': `${rootB};Parent=${q};Sampled=1`,
        }),
        ({ a, p }) => [a, p],
      ],
      [
        "the ids differ: traceparent, over an ALB's Root",
        ({ a, p, rootB }) => ({ traceparent: `00-${a}-${p}-01`, 'X-Amzn-Trace-Id': rootB }),
        ({ a, p }) => [a, p],
      ],
      [
        'a malformed traceparent and an X-Amzn-Trace-Id',
        ({ q, rootA }) => ({ traceparent: '00-zz-zz-01', 'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=1` }),
        ({ a, q }) => [a, q],
      ],
      [
        'a traceparent and a malformed X-Amzn-Trace-Id',
        ({ a, p }) => ({ traceparent: `00-${a}-${p}-01`, 'X-Amzn-Trace-Id': 'Root=nonsense' }),
        ({ a, p }) => [a, p],
      ],
    ];
  for (const [name, headersOf, expected] of continued) {
    it(`is continued: ${name}`, async () => {
      const made = ids();
      const [traceId, parentId] = expected(made);
      const seen = await send(headersOf(made));
      assert.equal(seen.trace_id, traceId);
      const span = await spanOf(traceId);
      assert.deepEqual([span.kind, span.parent_id], ['server', parentId]);
      assert.equal(seen.traceparent, `00-${traceId}-${span.span_id}-01`);
      assert.equal(seen.xray, `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${span.span_id};Sampled=1`);
    });
  }

  it('starts a new trace without a header, and with both malformed, and the request succeeds', async () => {
    const malformed: Parameters<typeof send>[0][] = [
      {},
      { traceparent: 'x', 'X-Amzn-Trace-Id': 'y' },
      {
        traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
        'X-Amzn-Trace-Id': `Root=1-00000000-${'0'.repeat(24)}`,
      },
      { traceparent: [`00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`] },
      { 'X-Amzn-Trace-Id': 'Root=;Parent=;Sampled=' },
      { 'X-Amzn-Trace-Id': `Self=1-2-3;${'x'.repeat(4_000)}` },
    ];
    const seen = await Promise.all(malformed.map(send));
    const traces = seen.map(({ trace_id }) => trace_id);
    assert.equal(new Set(traces).size, malformed.length);
    for (const traceId of traces) {
      assert.match(traceId, /^[0-9a-f]{32}$/);
      assert.equal((await spanOf(traceId)).parent_id, undefined);
    }
  });

  it('emits nothing where upstream decided against it, and passes that on', async () => {
    const made = ids();
    const { a, b, p, q, rootA, rootB } = made;
    const refused: Parameters<typeof send>[0][] = [
      { 'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=0` },
      { 'X-Amzn-Trace-Id': `${rootA};Sampled=0` },
      { traceparent: `00-${b}-${p}-00` },
      { traceparent: `00-${b}-${p}-00`, 'X-Amzn-Trace-Id': rootB },
      { traceparent: `00-${a}-${p}-01`, 'X-Amzn-Trace-Id': `${rootA};Parent=${q};Sampled=0` },
    ];
    for (const headers of refused) {
      const seen = await send(headers);
      assert.match(seen.traceparent, /-00$/);
      assert.match(seen.xray, /;Sampled=0$/);
      assert.ok([a, b].includes(seen.trace_id));
    }
    const last = ids();
    await send({ traceparent: `00-${last.a}-${last.p}-01` });
    await spanOf(last.a);
    assert.deepEqual(
      capturedSpans().filter(({ trace_id }) => [a, b].includes(trace_id)),
      [],
    );
  });
});
