import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operationName, pathOf, queueName, summarizeSql } from './operation.ts';

test('a statement is named by its verb and first table', () => {
  const cases: [string | undefined, string | undefined][] = [
    ['SELECT id FROM seats WHERE id = $1 FOR UPDATE', 'SELECT seats'],
    ['  insert into "orders" (id) values ($1)', 'INSERT orders'],
    ['update holds set expires = now()', 'UPDATE holds'],
    ['delete from shop.holds', 'DELETE shop.holds'],
    ['/* hint */ SELECT 1', 'SELECT'],
    ['WITH due AS (SELECT id FROM outbox) UPDATE outbox SET sent = true', 'UPDATE outbox'],
    ['BEGIN', 'BEGIN'],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [query, summary] of cases) assert.equal(summarizeSql(query), summary);
});

test('a long hostile statement is read at once', () => {
  const started = performance.now();
  summarizeSql(`with ${'('.repeat(100_000)}${' ) '.repeat(100_000)}`);
  assert.ok(performance.now() - started < 5_000, 'quadratic work takes minutes');
});

test('the path of a URL comes without host and query', () => {
  assert.equal(pathOf('http://a:1/quotes?x=1#y'), '/quotes');
  assert.equal(pathOf('http://a'), '/');
  assert.equal(pathOf('/quotes?x'), '/quotes');
  assert.equal(pathOf(undefined), undefined);
});

test('a queue is named by the end of its URL or ARN', () => {
  assert.equal(queueName('http://localhost:1/000000000000/order-placed'), 'order-placed');
  assert.equal(queueName('arn:aws:sqs:us-east-1:000000000000:order-placed'), 'order-placed');
});

test('the route names an HTTP call before its path', () => {
  const http = { method: 'GET', url: 'http://a/events/7', route: '/events/:id' };
  assert.equal(operationName({ kind: 'server', http }, 'GET'), 'GET /events/:id');
  const called = (url: string) => operationName({ kind: 'client', http: { method: 'GET', url } }, 'GET');
  assert.equal(called('http://a/v1/events/7/seats'), 'GET /v1/events/:id/seats');
  assert.equal(called('http://a/holds/0197a3c1-aa5b-7000-8000-b5a1a7a0b0c0/confirm'), 'GET /holds/:id/confirm');
  assert.equal(operationName({ kind: 'internal' }, 'pool.acquire'), 'pool.acquire');
});
