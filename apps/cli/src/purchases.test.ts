import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { showPurchases } from './purchases.ts';

const summary = (Id: string, HttpMethod: string, path: string, more: object = {}) => ({
  Id,
  ResponseTime: 0.1234,
  Http: { HttpMethod, HttpURL: `http://127.0.0.1:8080${path}`, HttpStatus: 201 },
  ...more,
});

let server: Server;
let url: string;
let looks: object[];
let ended: AbortController;
beforeEach(async () => {
  looks = [];
  ended = new AbortController();
  server = createServer((_, response) => {
    const look = looks.shift();
    response.statusCode = look ? 200 : 500;
    response.end(JSON.stringify(look ?? {}));
    if (!look) ended.abort();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
const seen = async (): Promise<string[]> => {
  const lines: string[] = [];
  await showPurchases(url, (line) => lines.push(line), ended.signal, 10);
  return lines;
};

test('each purchase is shown once, and what is none is not', async () => {
  const purchase = summary('1-a-b', 'POST', '/checkout');
  looks = [
    { TraceSummaries: [purchase, summary('1-a-c', 'GET', '/checkout'), summary('1-a-d', 'POST', '/holds')] },
    { TraceSummaries: [purchase] },
  ];
  assert.deepEqual(await seen(), ['purchase  201  123 ms  throughline follow 1-a-b']);
});

test('a purchase whose root has not ended waits for it', async () => {
  looks = [
    { TraceSummaries: [summary('1-a-b', 'POST', '/checkout', { ResponseTime: undefined })] },
    { TraceSummaries: [summary('1-a-b', 'POST', '/checkout')] },
  ];
  assert.equal((await seen()).length, 1);
});

test('many purchases at once are summed up', async () => {
  const TraceSummaries = Array.from({ length: 50 }, (_, n) => summary(`1-a-${n}`, 'POST', '/checkout'));
  looks = [
    { TraceSummaries: TraceSummaries.slice(0, 30), NextToken: 'more' },
    { TraceSummaries: TraceSummaries.slice(30) },
  ];
  const lines = await seen();
  assert.equal(lines.length, 21);
  assert.equal(lines.at(-1), 'and 30 purchases more');
});
