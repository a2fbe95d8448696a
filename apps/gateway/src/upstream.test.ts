import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { ErrorBody, gatewayApi, seatsApi } from '@throughline/contracts';
import { createService, httpClient, HttpError } from '@throughline/service';
import { silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { kindNeighbours, requestOf, samples, signedIn } from './gateway.fixture.ts';

/** What a buyer reads where seats is reached at a URL, with a patience of 200 ms. */
async function hold(baseUrl: string): Promise<[status: number, code: string, message: string]> {
  const seats = httpClient(seatsApi, { name: 'seats', baseUrl, timeoutMs: 200 });
  await using gateway = await startApp(
    createApp({ neighbours: { ...kindNeighbours().neighbours, seats }, log: silentLog }),
  );
  const [method, path, { body }] = requestOf(gatewayApi.hold, samples.hold);
  const reply = await gateway.request(method, path, { body, headers: signedIn });
  const { error } = ErrorBody.parse(reply.body);
  const [server] = await reply.spans();
  assert.equal(error.trace_id, server.trace_id);
  assert.equal(server.status, reply.status >= 500 ? 'fault' : 'error');
  return [reply.status, error.code, error.message];
}

/** The same where seats fails with this error. */
async function holdAgainst(error: Error): Promise<[number, string, string]> {
  const fail = (): Promise<never> => Promise.reject(error);
  const handlers = { listFree: fail, hold: fail, getHold: fail, confirm: fail, release: fail };
  await using seats = await startApp(createService({ api: seatsApi, handlers, log: silentLog }));
  return await hold(seats.url);
}

async function holdAt(answer: RequestListener): Promise<[number, string, string]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await hold(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('what a buyer reads of a service behind the gateway', () => {
  it('is its refusal, where the contract knows it', async () => {
    const taken = new HttpError(409, 'seat_taken', 'taken already: A-1-1');
    assert.deepEqual(await holdAgainst(taken), [409, 'seat_taken', 'taken already: A-1-1']);
  });

  it('is 502 for a refusal that the contract does not know, and for its failure', async () => {
    const [status, code] = await holdAgainst(new HttpError(418, 'teapot', 'short and stout'));
    assert.deepEqual([status, code], [502, 'upstream_failed']);
    const [failed, , message] = await holdAgainst(new Error('relation "seats" does not exist'));
    assert.equal(failed, 502);
    assert.doesNotMatch(message, /relation/);
  });

  it('is 502 for an answer that breaks the contract', async () => {
    const json = { 'content-type': 'application/json' };
    assert.equal((await holdAt((_, response) => response.writeHead(201, json).end('{}')))[0], 502);
  });

  it('is 503 where it cannot be reached, without its address', async () => {
    const [status, code, message] = await hold('http://127.0.0.1:1');
    assert.deepEqual([status, code, message], [503, 'upstream_unavailable', 'seats: cannot be reached']);
    assert.equal((await holdAt((request) => request.socket.destroy()))[0], 503);
  });

  it('is 504 where it does not answer in time', async () => {
    const [status, code] = await holdAt(() => undefined);
    assert.deepEqual([status, code], [504, 'upstream_timeout']);
  });
});
