import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { edges, gatewayApi, type Edge, shopServices } from '@throughline/contracts';
import { type Trace, traceEdges, traceGraph } from '@throughline/traces';
import { untilSilent } from '../harness/emitted.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { isSold, type LogLine, spansOf } from '../harness/traces.ts';

const written = (some: readonly { from: string; to: string; kind: string }[]): string[] =>
  [...new Set(some.map(({ from, to, kind }) => `${from} → ${to} (${kind})`))].toSorted();

const nodesOf = (some: readonly Edge[]): string[] =>
  [...new Set(some.flatMap(({ from, to }) => [from, to]))].toSorted();

/** One purchase, looked at from all sides. */
export function edgesSuite(fleetOf: FleetOf, takeSeats: (count: number) => string[]): void {
  let trace: Trace;
  let logs: LogLine[];

  before(async () => {
    const { shop, traces, state } = fleetOf();
    const buyer = await shop.buyer(1);
    const { status, body } = await buyer.buy(takeSeats(2), { promo: 'ENCORE10' });
    assert.equal(status, 201, JSON.stringify(body));
    await untilSilent(state);
    const ids = await traces.ofPurchase(body.purchase_id);
    assert.equal(ids.length, 1, 'one purchase has one trace id');
    const [found] = await traces.get(ids);
    assert.ok(found && isSold(found));
    trace = found;
    logs = await traces.linesOf(trace.trace_id);
  });

  test('a purchase passes the twelve services, the bank, the mail relay, the databases, tables and queues', () => {
    const names = [...new Set(traceGraph([trace]).map(({ name }) => name))];
    assert.deepEqual(names.filter((name) => name !== 'client').toSorted(), nodesOf(edges('purchase')));
    assert.equal(shopServices.filter((name) => names.includes(name)).length, 12);
  });

  test('its edges are those of services.ts, in their direction, and no other', () => {
    assert.deepEqual(written(traceEdges(trace)), written(edges('purchase')));
  });

  test('every span but the first has its parent in the trace', () => {
    assert.deepEqual(trace.missing_parents, []);
    assert.deepEqual(
      trace.roots.map(({ span }) => [span.service, span.name]),
      [['gateway', 'POST /checkout']],
    );
  });

  test('every hop over HTTP has a client span and a server span', () => {
    const spans = spansOf(trace);
    for (const { span, parent } of spans.filter(({ span: { kind }, parent: above }) => kind === 'server' && above)) {
      assert.deepEqual([parent?.span.kind, parent?.span.peer?.name], ['client', span.service]);
    }
    const services: readonly string[] = shopServices;
    for (const { span, children } of spans.filter(
      ({ span: { kind, peer } }) => kind === 'client' && peer?.kind === 'http',
    )) {
      const servers = children.filter((child) => child.span.kind === 'server').map((child) => child.span.service);
      assert.deepEqual(servers, services.includes(String(span.peer?.name)) ? [span.peer?.name] : []);
    }
  });

  test('every log line of it carries both spellings of its id, its service and a span of it', () => {
    const spanIds = new Set(trace.nodes.keys());
    for (const { group, text, fields } of logs) {
      assert.equal(fields['trace_id'], trace.trace_id, text);
      assert.equal(fields['xray_trace_id'], `1-${trace.trace_id.slice(0, 8)}-${trace.trace_id.slice(8)}`, text);
      assert.equal(group, `/throughline/${String(fields['service'])}`, text);
      assert.ok(spanIds.has(String(fields['span_id'])), text);
    }
    const heard = new Set(logs.map(({ fields }) => fields['service']));
    const asked = spansOf(trace).filter(({ span }) => span.kind === 'server');
    assert.deepEqual(
      asked.filter(({ span }) => !heard.has(span.service)),
      [],
    );
  });

  test('over the whole journey the edges are all of services.ts', async () => {
    const { shop, traces, state } = fleetOf();
    const { token, hold } = await shop.buyer(1);
    const held = await hold('evt_02', ['A-1-1']);
    const listed = await shop.request<{ orders: { order_id: string }[] }>('GET', '/orders', { token });
    const answers = await Promise.all([
      shop.request('GET', gatewayApi.listEvents.path),
      shop.request('GET', '/events/evt_02'),
      shop.freeSeats('evt_02'),
      shop.request('DELETE', `/holds/${held.body.hold_id}`, { token }),
      shop.request('GET', `/orders/${listed.body.orders[0]?.order_id}`, { token }),
    ]);
    assert.deepEqual(
      [held, listed, ...answers].map(({ status }) => status),
      [201, 200, 200, 200, 200, 200, 200],
    );

    await untilSilent(state);
    const all = await traces.get((await traces.summaries()).map(({ Id = '' }) => Id));
    assert.deepEqual(written(all.flatMap(traceEdges)), written(edges('journey')));
  });
}
