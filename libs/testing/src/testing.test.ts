import assert from 'node:assert/strict';
import { it } from 'node:test';
import { defineApi } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import express from 'express';
import { z } from 'zod';
import { capturedSpans } from './capture.ts';
import { fakeClient } from './fake.ts';
import { startApp } from './start-app.ts';
import { until } from './until.ts';

const route = { method: 'GET', summary: 'One', status: 200, response: z.string() } as const;
const api = defineApi({ one: { ...route, path: '/one' }, two: { ...route, path: '/two' } });

it('a fake answers what it was given, and names the call that the test did not expect', async () => {
  const client = fakeClient<typeof api>({ one: async () => 'first' });
  assert.equal(await client.one({}), 'first');
  await assert.rejects(client.two({}), /did not expect a call of two/);
});

it('waiting ends with the first answer that is there, be it 0 or empty', async () => {
  let asked = 0;
  assert.equal(await until('three', () => (asked += 1) === 3 && 'done'), 'done');
  assert.equal(asked, 3);
  assert.equal(await until('zero', () => 0), 0);
  assert.equal(await until('nothing', async () => ''), '');
});

it('waiting in vain says for what, and an error while asking is not swallowed', async () => {
  await assert.rejects(
    until('the moon', () => undefined, 30),
    /waited 30 ms for the moon/,
  );
  await assert.rejects(
    until('trouble', () => Promise.reject(new Error('no'))),
    /no/,
  );
});

it('a running app gives each reply with the spans of its own request, and its port back', async () => {
  const app = express();
  for (const middleware of tracing.onRequest) app.use(middleware);
  app.get('/who/:name', (request, response) => void response.json({ name: request.params['name'] }));
  app.get('/empty', (_request, response) => void response.status(204).end());
  const running = await startApp(app);
  const replies = await Promise.all(['a', 'b', 'c'].map((name) => running.request('GET', `/who/${name}`)));
  const roots = await Promise.all(replies.map(async (reply) => (await reply.spans())[0]));
  assert.deepEqual(
    replies.map(({ body }) => body),
    [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
  );
  assert.equal(new Set(roots.map(({ trace_id }) => trace_id)).size, 3);
  assert.ok(roots.every(({ kind, end_us }) => kind === 'server' && end_us));
  assert.deepEqual((await running.request('GET', '/empty')).body, undefined);
  await running[Symbol.asyncDispose]();
  await assert.rejects(fetch(running.url));
});

it('what was captured is a list that a caller may change without harm', async () => {
  await tracing.continued('test', {}, async () => undefined);
  const spans = await until('a span', () => capturedSpans().length > 0 && capturedSpans());
  spans.length = 0;
  assert.ok(capturedSpans().length > 0);
});
