import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { describe, it } from 'node:test';
import { defineApi, ErrorBody } from '@throughline/contracts';
import type { Logger } from '@throughline/telemetry';
import { capturedSpans, silentLog, startApp, until } from '@throughline/testing';
import { pino } from 'pino';
import { z } from 'zod';
import { createService } from './create-service.ts';
import { HttpError } from './http-error.ts';

const Seats = z.array(z.object({ row: z.int() }));
const api = defineApi({
  show: {
    method: 'GET',
    path: '/things/:id',
    summary: 'Show',
    params: z.object({ id: z.string().max(8) }),
    query: z.object({ limit: z.coerce.number().int().min(1).default(3) }),
    headers: z.object({ 'x-key': z.string().min(3).optional() }),
    status: 200,
    response: z.object({ id: z.string(), limit: z.number() }),
  },
  make: {
    method: 'POST',
    path: '/things',
    summary: 'Make',
    body: z.strictObject({ name: z.string(), seats: Seats.optional() }),
    status: 201,
    response: z.object({ name: z.string() }),
  },
  drop: {
    method: 'DELETE',
    path: '/things/:id',
    summary: 'Drop',
    params: z.object({ id: z.string() }),
    status: 204,
    response: z.undefined(),
  },
});

const make = (fail?: () => unknown, log: Logger = silentLog) =>
  startApp(
    createService({
      api,
      log,
      maxBodyBytes: 2_000,
      handlers: {
        show: async ({ params, query }) => ({ id: params.id, limit: query.limit }),
        async make({ body }) {
          if (fail) throw fail();
          return { name: body.name };
        },
        drop: async () => undefined,
      },
    }),
  );

const errorOf = ({ body }: { body: unknown }): z.infer<typeof ErrorBody>['error'] => ErrorBody.parse(body).error;

describe('a service', () => {
  it('answers with the status of its contract, and hands over what was parsed', async () => {
    await using app = await make();
    const shown = await app.request('GET', '/things/a?limit=7');
    assert.deepEqual([shown.status, shown.body], [200, { id: 'a', limit: 7 }]);
    assert.deepEqual((await app.request('GET', '/things/a')).body, { id: 'a', limit: 3 });
    const made = await app.request('POST', '/things', { body: { name: 'n' } });
    assert.deepEqual([made.status, made.body], [201, { name: 'n' }]);
    const dropped = await app.request('DELETE', '/things/a');
    assert.deepEqual([dropped.status, dropped.body], [204, undefined]);
    const [server] = await made.spans();
    assert.deepEqual([server.name, server.kind, server.status], ['POST /things', 'server', 'ok']);
    assert.equal(server.annotations['http.route'], '/things');
  });

  it('says of bad input where it is wrong, all of it at once', async () => {
    await using app = await make();
    const headers = { 'x-key': '1' };
    const show = await app.request('GET', '/things/much-too-long?limit=0', { headers });
    assert.equal(show.status, 400);
    const at = (reply: { body: unknown }): string[] =>
      (errorOf(reply).details as { at: string }[]).map((detail) => detail.at);
    assert.deepEqual(at(show), ['params.id', 'query.limit', 'headers.x-key']);
    const nested = await app.request('POST', '/things', { body: { seats: [{ row: 1 }, { row: 'x' }] } });
    assert.deepEqual(at(nested), ['body.name', 'body.seats.1.row']);
    assert.match(errorOf(nested).message, /body\.seats\.1\.row: /);
    for (const body of ['[]', '{}', '{"name":"n","more":1}', '{"__proto__":{"name":"n"}}']) {
      const reply = await app.request('POST', '/things', { body });
      assert.deepEqual([reply.status, errorOf(reply).code], [400, 'bad_request'], body);
    }
    const unsent = await app.request('POST', '/things');
    assert.deepEqual([unsent.status, at(unsent)], [400, ['body']]);
  });

  it('answers a request full of mistakes with a short answer', async () => {
    await using app = await make();
    const reply = await app.request('POST', '/things', { body: { seats: Array.from({ length: 600 }, () => 0) } });
    assert.equal(reply.status, 400);
    assert.ok(JSON.stringify(reply.body).length < 5_000);
  });

  it('refuses what it cannot read: bad JSON, a large body, another type, another encoding', async () => {
    await using app = await make();
    const cases: [body: string, headers: Record<string, string>, status: number, code: string][] = [
      ['{"name":', {}, 400, 'bad_json'],
      ['null', {}, 400, 'bad_json'],
      ['"text"', {}, 400, 'bad_json'],
      ['\u0000', {}, 400, 'bad_json'],
      [`{"name":"${'x'.repeat(3_000)}"}`, {}, 413, 'body_too_large'],
      ['name=n', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
      ['{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
      ['{}', { 'content-type': 'application/json; charset=nonsense' }, 415, 'unsupported_media_type'],
      ['{}', { 'content-encoding': 'nonsense' }, 415, 'unsupported_media_type'],
      ['not gzip', { 'content-encoding': 'gzip' }, 400, 'bad_request'],
    ];
    for (const [body, headers, status, code] of cases) {
      const reply = await app.request('POST', '/things', { body, headers });
      assert.deepEqual(
        [reply.status, errorOf(reply).code],
        [status, code],
        `${body.slice(0, 20)} ${JSON.stringify(headers)}`,
      );
      const [server] = await reply.spans();
      assert.deepEqual([server.status, server.annotations['http.route']], ['error', '/things'], code);
      assert.equal(errorOf(reply).trace_id, server.trace_id);
    }
  });

  it('says so when there is no such route or method, or when a path cannot be read', async () => {
    await using app = await make();
    for (const [method, path, status, code] of [
      ['GET', '/nowhere', 404, 'no_route'],
      ['PUT', '/things', 404, 'no_route'],
      ['GET', '/things/%E0%A4%A', 400, 'bad_request'],
    ] as const) {
      const reply = await app.request(method, path);
      assert.deepEqual([reply.status, errorOf(reply).code], [status, code]);
      assert.equal((await reply.spans())[0].status, 'error');
    }
  });

  it("answers an HttpError as it is; below 500 it is the caller's mistake, from 500 on our fault", async () => {
    for (const [status, expected] of [
      [409, 'error'],
      [429, 'throttle'],
      [503, 'fault'],
    ] as const) {
      await using app = await make(() => new HttpError(status, 'a_code', 'a message', { details: { seat: 'A-1-1' } }));
      const reply = await app.request('POST', '/things', { body: { name: 'n' } });
      const [server] = await reply.spans();
      const { trace_id, ...rest } = errorOf(reply);
      assert.deepEqual(rest, { code: 'a_code', message: 'a message', details: { seat: 'A-1-1' } });
      assert.deepEqual([reply.status, trace_id, server.status], [status, server.trace_id, expected]);
      assert.equal(server.exceptions?.length ?? 0, status >= 500 ? 1 : 0);
    }
  });

  it('answers anything else that is thrown with a 500 that tells nothing; the log and the span do', async () => {
    const secret = 'relation "seats" does not exist';
    const thrown: (() => unknown)[] = [
      () => new Error(secret),
      () => Object.assign(new Error(secret), { status: 404 }),
      () => Object.assign(new Error(secret), { statusCode: 400, expose: true }),
      () => secret,
      () => undefined,
      () => null,
      () => ({ message: secret }),
    ];
    for (const fail of thrown) {
      const lines: Record<string, unknown>[] = [];
      const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
      await using app = await make(fail, log);
      const reply = await app.request('POST', '/things', { body: { name: 'n' } });
      assert.deepEqual([reply.status, errorOf(reply).code], [500, 'internal_error']);
      assert.doesNotMatch(JSON.stringify(reply.body), /relation/);
      const [server] = await reply.spans();
      assert.equal(server.status, 'fault');
      assert.equal(server.exceptions?.length, 1);
      const events = lines.map(({ event }) => event);
      assert.deepEqual(events, ['error', 'request']);
      if (fail() instanceof Error) assert.match(String(lines[0]?.['msg']), /relation/);
    }
  });

  it('writes one line a request, with its route, its status and the ids of its span', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
    await using app = await make(undefined, log);
    const reply = await app.request('GET', '/things/a');
    const [server] = await reply.spans();
    const line = await until('the line', () => lines[0]);
    const { event, method, route, status, trace_id, span_id } = line;
    assert.deepEqual([event, method, route, status], ['request', 'GET', '/things/:id', 200]);
    assert.deepEqual([trace_id, span_id], [server.trace_id, server.span_id]);
    assert.ok(Number(line['duration_ms']) >= 0);
  });

  it('survives a caller who goes away in the middle of a body', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
    await using app = await make(undefined, log);
    const headers = { 'content-type': 'application/json', 'content-length': '100' };
    const request = httpRequest(`${app.url}/things`, { method: 'POST', headers }).on('error', () => undefined);
    request.write('{"name":');
    await new Promise((resolve) => request.once('socket', (socket) => socket.once('connect', resolve)));
    setImmediate(() => request.destroy());
    await until('its line', () => lines.some(({ event }) => event === 'request'));
    assert.equal((await app.request('GET', '/things/a')).status, 200);
  });

  it('is well without a span', async () => {
    await using app = await make();
    const traceId = 'c'.repeat(32);
    const headers = { traceparent: `00-${traceId}-${'d'.repeat(16)}-01` };
    for (const path of ['/healthz', '/healthz/', '/healthz?from=probe']) {
      const response = await fetch(app.url + path, { headers });
      assert.deepEqual([response.status, await response.json()], [200, { status: 'ok' }]);
    }
    await (await app.request('GET', '/things/a')).spans();
    assert.deepEqual(
      capturedSpans().filter(({ trace_id }) => trace_id === traceId),
      [],
    );
  });
});
