import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { keepSignals } from './fetch.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** As aws-xray-sdk-fetch does it. */
const captured = keepSignals(globalThis.fetch, (fetch) => (input, init) => {
  const request = new Request(input, init);
  return fetch(request.clone());
});

const server = createServer((request, response) => {
  if (request.url === '/answer') response.end('answer');
}).listen(0, '127.0.0.1');
let url = '';
before(async () => {
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

it('a captured request times out, whatever the garbage collector took meanwhile', async () => {
  const collecting = setInterval(collectGarbage, 5);
  await assert.rejects(captured(`${url}/silence`, { signal: AbortSignal.timeout(100) }), { name: 'TimeoutError' });
  clearInterval(collecting);
});

it('a captured request is answered, with a signal and without', async () => {
  assert.equal(await (await captured(`${url}/answer`)).text(), 'answer');
  const answered = await captured(`${url}/answer`, { signal: AbortSignal.timeout(10_000) });
  assert.equal(await answered.text(), 'answer');
});
