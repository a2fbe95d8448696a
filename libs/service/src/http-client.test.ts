import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { defineApi, urlVariable } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { capturedSpans, silentLog, startApp, until } from '@throughline/testing';
import type { Span } from '@throughline/traces';
import { z } from 'zod';
import { createService } from './create-service.ts';
import { httpClient } from './http-client.ts';
import { HttpError } from './http-error.ts';

const Thing = z.object({ id: z.string(), note: z.string().optional() });
const api = defineApi({
  get: {
    method: 'GET',
    path: '/things/:id',
    summary: 'Get',
    params: z.object({ id: z.string() }),
    query: z.object({ limit: z.coerce.number().default(1), after: z.string().optional() }),
    headers: z.object({ 'x-key': z.string() }),
    status: 200,
    response: Thing,
    errors: { 404: ['no_thing'], 409: ['taken'] },
  },
  drop: { method: 'DELETE', path: '/things', summary: 'Drop', status: 204, response: z.undefined() },
});
const input = { params: { id: 'a' }, query: {}, headers: { 'x-key': 'k' } };

describe('a client', () => {
  const closing: (() => unknown)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  const serve = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => (server.closeAllConnections(), server.close()));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const clientOf = (baseUrl: string) => httpClient(api, { name: 'seats', baseUrl, timeoutMs: 200 });
  /** The error that a call meets, and the client span of the call. */
  const failureAt = async (baseUrl: string): Promise<[HttpError, Span]> => {
    process.env[urlVariable('seats')] = baseUrl;
    let traceId: string | undefined;
    const failure = await tracing
      .continued('test', {}, async () => {
        traceId = tracing.ids()?.trace_id;
        return clientOf(baseUrl).get(input);
      })
      .then(
        () => assert.fail('the call succeeded'),
        (error: unknown) => error,
      );
    assert.ok(failure instanceof HttpError, String(failure));
    const span = await until('the client span', () =>
      capturedSpans().find(({ trace_id, kind, end_us }) => trace_id === traceId && kind === 'client' && end_us),
    );
    return [failure, span];
  };

  it('sends what the contract names where it belongs, and leaves out what is not given', async () => {
    let seen: unknown[] = [];
    const baseUrl = await serve((request, response) => {
      seen = [request.method, request.url, request.headers['x-key'], request.headers['content-type']];
      json(200, { id: 'a', more: 'ignored' })(request, response);
    });
    const got = await clientOf(baseUrl).get({
      ...input,
      params: { id: 'a/b?c' },
      query: { limit: 2, after: undefined },
    });
    assert.deepEqual(got, { id: 'a' });
    assert.deepEqual(seen, ['GET', '/things/a%2Fb%3Fc?limit=2', 'k', undefined]);
  });

  it('takes an empty answer where the contract has none', async () => {
    const baseUrl = await serve((_, response) => response.writeHead(204).end());
    assert.equal(await clientOf(baseUrl).drop({}), undefined);
  });

  it('passes on the errors that the contract declares', async () => {
    const error = { code: 'taken', message: 'seat A-1-1 is taken', details: ['A-1-1'], trace_id: 'theirs' };
    const [failure, span] = await failureAt(await serve(json(409, { error })));
    const { status, code, message, details } = failure;
    assert.deepEqual(
      { status, code, message, details },
      { status: 409, code: 'taken', message: error.message, details: ['A-1-1'] },
    );
    assert.deepEqual([span.status, span.peer], ['error', { name: 'seats', kind: 'http' }]);
  });

  it('makes 502 of every other answer', async () => {
    const error = { code: 'taken', message: 'words of theirs' };
    const answers: [RequestListener, RegExp][] = [
      [json(404, { error }), /^seats: answered 404, taken/],
      [json(500, { error: { code: 'internal_error', message: 'oh' } }), /^seats: answered 500, internal_error: oh$/],
      [json(200, { id: 7 }), /^seats: its answer breaks the contract at id$/],
      [json(200, [1]), /^seats: its answer breaks the contract at the whole$/],
      [json(409, { wrong: 'shape' }), /^seats: answered 409$/],
      [(_, response) => void response.writeHead(502).end('<html>nginx</html>'), /^seats: answered 502 without JSON$/],
      [(_, response) => void response.writeHead(200).end('<html>hello</html>'), /^seats: answered 200 without JSON$/],
      [(_, response) => void response.writeHead(200).end(), /^seats: its answer breaks the contract/],
    ];
    for (const [answer, message] of answers) {
      const [failure] = await failureAt(await serve(answer));
      assert.deepEqual([failure.status, failure.code], [502, 'upstream_failed'], String(message));
      assert.match(failure.message, message);
    }
  });

  it('makes 504 of no answer in time, before the headers or after them', async () => {
    const silent: RequestListener[] = [
      () => undefined,
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).write('{"id":'),
    ];
    for (const answer of silent) {
      const [failure] = await failureAt(await serve(answer));
      assert.deepEqual([failure.status, failure.message], [504, 'seats: no answer within 200 ms']);
    }
  });

  it('makes 503 of a service that is not there, or hangs up, and tells its address to the log alone', async () => {
    const refused = createServer().listen(0, '127.0.0.1');
    await once(refused, 'listening');
    const { port } = refused.address() as AddressInfo;
    refused.close();
    for (const baseUrl of [
      `http://127.0.0.1:${port}`,
      'http://no-such-host.invalid',
      await serve((request) => request.socket.destroy()),
    ]) {
      const [failure, span] = await failureAt(baseUrl);
      assert.deepEqual([failure.status, failure.message], [503, 'seats: cannot be reached']);
      assert.ok(failure.cause instanceof Error);
      assert.deepEqual([span.status, span.peer?.name], ['fault', 'seats']);
    }
  });

  it('and the service it calls give one tree: server, client, server', async () => {
    await using seats = await startApp(
      createService({
        api,
        log: silentLog,
        handlers: {
          get: async ({ params }) => ({ id: params.id, note: tracing.ids()?.span_id }),
          drop: async () => undefined,
        },
      }),
    );
    process.env[urlVariable('seats')] = seats.url;
    const client = clientOf(seats.url);
    await using caller = await startApp(
      createService({ api, log: silentLog, handlers: { get: () => client.get(input), drop: async () => undefined } }),
    );
    const reply = await caller.request<z.infer<typeof Thing>>('GET', '/things/z', { headers: { 'x-key': 'k' } });
    assert.equal(reply.status, 200);
    const [root] = await reply.spans();
    const [call, callee] = await until('the tree', () => {
      const spans = capturedSpans().filter(({ trace_id, end_us }) => trace_id === root.trace_id && end_us);
      const call = spans.find(({ parent_id }) => parent_id === root.span_id);
      const callee = call && spans.find(({ parent_id }) => parent_id === call.span_id);
      return callee && spans.length === 3 && ([call, callee] as const);
    });
    assert.deepEqual([call.kind, call.peer, call.http?.status], ['client', { name: 'seats', kind: 'http' }, 200]);
    assert.deepEqual([callee.kind, callee.name], ['server', 'GET /things/:id']);
    assert.equal(callee.span_id, reply.body.note);
  });

  it('is not traced where its caller is not', async () => {
    const seen: unknown[] = [];
    const baseUrl = await serve((request, response) => {
      seen.push(request.headers['traceparent'], request.headers['x-amzn-trace-id']);
      json(200, { id: 'a' })(request, response);
    });
    let traceId: string | undefined;
    await tracing.continued('test', {}, async () => {
      traceId = tracing.ids()?.trace_id;
      await tracing.untraced(() => clientOf(baseUrl).get(input));
      assert.deepEqual(
        tracing.untraced(() => [tracing.ids(), tracing.carrier()]),
        [undefined, {}],
      );
    });
    const spans = await until('the test span', () => {
      const spans = capturedSpans().filter(({ trace_id }) => trace_id === traceId);
      return spans.length > 0 && spans;
    });
    assert.deepEqual([spans.length, seen], [1, [undefined, undefined]]);
  });
});
