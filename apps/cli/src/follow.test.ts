import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { edges, shopServices } from '@throughline/contracts';
import { startObservatory, type ObservatoryProcess } from './testing/observatory-process.ts';
import { lonelyDocument, purchaseDocuments } from './testing/purchase-documents.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const unknownId = '6560c0de00112233445566778899aabb';

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function follow(...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, 'follow', ...args], { encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

let observatory: ObservatoryProcess;
before(async () => {
  observatory = await startObservatory();
});
after(() => observatory[Symbol.asyncDispose]());

const at = (...args: string[]): Promise<Ran> => follow(...args, '--observatory', observatory.url);
const xrayId = (hex: string): string => `1-${hex.slice(0, 8)}-${hex.slice(8)}`;

test('an observatory without a trace says so', async () => {
  const { status, stderr, stdout } = await at('--latest');
  assert.match(stderr, /^throughline: the observatory on http:\S+ has no trace of the last six hours\. .*npm run demo/);
  assert.equal(stdout, '');
  assert.equal(status, 1);
});

test('a trace is found by either spelling of its id, with its logs', async () => {
  const written = lonelyDocument('catalog', { http: { request: { method: 'GET', url: 'http://catalog/events' } } });
  const [document] = written.documents;
  await observatory.put(written);
  const { trace_id } = written;
  await observatory.log('catalog', { level: 'warn', service: 'catalog', msg: 'slow', trace_id, span_id: document?.id });
  await observatory.log('seats', `plain text of ${trace_id}`);
  await observatory.log('orders', { level: 'info', service: 'orders', msg: 'of another trace', trace_id: unknownId });

  for (const spelling of [trace_id, xrayId(trace_id), trace_id.toUpperCase()]) {
    const { status, stdout, stderr } = await at(spelling);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`trace  ${trace_id}\nx-ray  ${xrayId(trace_id)}\n`));
    assert.match(stdout, /HTTP catalog GET \/events +0\.0 +20\.0 /);
    assert.match(stdout, / warn +catalog +slow +GET \/events\n/);
    assert.match(stdout, / seats +plain text of .* no span\n/);
    assert.doesNotMatch(stdout, /another trace/);
    assert.equal(stdout.includes('\u001b'), false);
  }
});

test('--json prints one object and nothing else', async () => {
  const written = lonelyDocument('catalog');
  await observatory.put(written);
  const { status, stdout, stderr } = await at(written.trace_id, '--json');
  assert.deepEqual(JSON.parse(stdout), {
    trace_id: written.trace_id,
    xray_trace_id: xrayId(written.trace_id),
    services: ['catalog'],
    spans: 1,
    edges: [],
    logs: 0,
    complete: true,
    missing: [],
    duration_ms: 20,
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});

test('--latest is the newest trace as long as no purchase is complete', async () => {
  const half = purchaseDocuments(({ from }) => from === 'tickets');
  await observatory.put(half);
  const newest = lonelyDocument('gateway');
  await observatory.put(newest);
  const { stdout } = await at('--latest', '--json');
  assert.equal(JSON.parse(stdout).trace_id, newest.trace_id);

  const { stdout: text, status } = await at(half.trace_id);
  assert.match(text, /✗ incomplete .*\n +tickets → catalog \(http\)\n +tickets → tickets@postgres \(sql\)\n/);
  assert.equal(status, 0);
});

test('--latest is the newest complete purchase, and its edges are those of services.ts', async () => {
  const purchase = purchaseDocuments();
  await observatory.put(purchase);
  await observatory.put(lonelyDocument('gateway'));
  const { stdout } = await at('--latest', '--json');
  const { trace_id, complete, missing, services, edges: seen } = JSON.parse(stdout);
  assert.equal(trace_id, purchase.trace_id);
  assert.deepEqual([complete, missing], [true, []]);
  assert.deepEqual(services.toSorted(), shopServices.toSorted());
  const text = (edge: object): string => JSON.stringify(Object.entries(edge).toSorted());
  assert.deepEqual(seen.map(text).toSorted(), edges('purchase').map(text).toSorted());
});

test('an id that the observatory does not know ends with 1 and says what to try', async () => {
  const { status, stderr, stdout } = await at(unknownId);
  assert.match(
    stderr,
    /^throughline: the observatory on http:\S+ has no trace 1-6560c0de-00112233445566778899aabb\. .*--latest\n$/,
  );
  assert.equal(stdout, '');
  assert.equal(status, 1);
});

test('no observatory ends with 1 and says how to start one', async () => {
  const { status, stderr } = await follow(unknownId, '--observatory', 'http://127.0.0.1:9');
  assert.match(
    stderr,
    /^throughline: no observatory answers on http:\/\/127\.0\.0\.1:9\. Start one with `npm start`, .*\n$/,
  );
  assert.equal(status, 1);
});

const wrong: [string[], RegExp][] = [
  [['12345'], /A trace id is 32 hex digits, or 1-8-24 hex digits/],
  [[], /takes either a trace id or --latest/],
  [[unknownId, '--latest'], /takes either a trace id or --latest/],
  [[unknownId, '--observatory', 'here'], /It is a URL such as http/],
  [[unknownId, '--port-offset', 'x'], /whole number/],
];
for (const [args, message] of wrong) {
  test(`follow ${args.join(' ')} is told to be wrong`, async () => {
    const { status, stderr, stdout } = await follow(...args);
    assert.match(stderr, message);
    assert.equal(stdout, '');
    assert.equal(status, 2);
  });
}
