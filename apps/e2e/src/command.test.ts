import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { edges, type ServiceName, services, shopServices } from '@throughline/contracts';
import { createBuyer, freeOffset } from '@throughline/local';
import { until } from '@throughline/testing';
import { isLocked, leftOf, run, type RunningCommand, said, throughline, treeOf } from './harness/cli.ts';
import { someFreeOffset, stateFolder } from './harness/fleet.ts';

/** Ends a fleet by a signal and checks that it is gone, all of it, within 5 s. */
async function endsBy(signal: NodeJS.Signals, fleet: RunningCommand, state: string, offset: number): Promise<void> {
  const tree = treeOf(fleet);
  assert.ok(tree.length > 3);
  const since = performance.now();
  fleet.child.kill(signal);
  assert.equal(await fleet.ended, 0, fleet.stderr());
  const took = performance.now() - since;
  assert.ok(took < 5_000, `${signal} took ${took} ms`);
  assert.deepEqual(await leftOf(tree), []);
  assert.equal(await freeOffset(offset), offset, 'its ports are free');
  assert.equal(isLocked(state), false);
}

const small = ['--only', 'catalog'];

describe('npm run demo', () => {
  test('tells its story as one JSON object, and leaves nothing behind', async () => {
    const demo = run('npm', 'run', '--silent', 'demo', '--', '--json');
    await said(demo, 'Buying');
    const tree = treeOf(demo);
    assert.equal(await demo.ended, 0, demo.stderr());
    const { complete, trace_id, xray_trace_id, ...story } = JSON.parse(demo.stdout());
    assert.equal(complete, true);
    assert.match(trace_id, /^[0-9a-f]{32}$/);
    assert.equal(xray_trace_id, `1-${trace_id.slice(0, 8)}-${trace_id.slice(8)}`);
    assert.deepEqual(story.services.toSorted(), shopServices.toSorted());
    const written = (some: { from: string; to: string; kind: string }[]): string[] =>
      some.map(({ from, to, kind }) => `${from} ${to} ${kind}`).toSorted();
    assert.deepEqual(written(story.edges), written(edges('purchase')));
    for (const name of ['spans', 'logs', 'ready_ms', 'first_trace_ms', 'purchase_ms']) assert.ok(story[name] > 0, name);
    assert.deepEqual(await leftOf(tree), []);
  });
});

describe('throughline up', () => {
  let state: string;
  let offset: number;
  before(async () => {
    state = await stateFolder();
    offset = await someFreeOffset();
  });
  after(() => rm(state, { recursive: true, force: true }));
  const flags = (): string[] => ['--state', state, '--port-offset', String(offset)];
  const urlOf = (name: ServiceName, by = offset): string => `http://127.0.0.1:${services[name].port + by}`;

  test('starts the whole fleet, tells each purchase, restarts what dies, and ends with Ctrl-C', async () => {
    const fleet = throughline('up', ...flags());
    await said(fleet, 'Ctrl-C stops it all.');
    const gatewayUrl = urlOf('gateway');
    assert.match(fleet.stdout(), new RegExp(`gateway +${gatewayUrl}`));
    const buyer = createBuyer({ gatewayUrl, email: 'buyer-001@example.com' });
    await buyer.buyTickets({ promo_code: 'ENCORE10' });
    await said(fleet, /^purchase .*throughline follow 1-[0-9a-f]{8}-[0-9a-f]{24}$/m);

    const pricing = treeOf(fleet).find(({ command }) => command.includes('apps/pricing/'));
    assert.ok(pricing);
    process.kill(pricing.pid, 'SIGKILL');
    await said(fleet, /pricing ended by SIGKILL and is started again in 0\.\d+ s/);
    const answers = (): Promise<boolean> =>
      fetch(`${urlOf('pricing')}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await until('pricing', answers);
    assert.equal((await buyer.buyTickets()).receipt.seat_ids.length, 2);
    await endsBy('SIGINT', fleet, state, offset);
  });

  test('sells without tracing too', async () => {
    const fleet = throughline('up', '--tracing', 'off', '--only', 'gateway', ...flags());
    await said(fleet, 'Ctrl-C stops it all.');
    const gatewayUrl = urlOf('gateway');
    const { receipt } = await createBuyer({ gatewayUrl, email: 'buyer-002@example.com' }).buyTickets();
    assert.equal(receipt.seat_ids.length, 2);
    const refused = await fetch(`${gatewayUrl}/nothing`);
    assert.deepEqual(await refused.json(), { error: { code: 'no_route', message: 'there is no GET /nothing' } });
    await endsBy('SIGTERM', fleet, state, offset);
  });

  test('starts only what is asked for, beside another fleet, but not in its place; each ends by itself', async () => {
    const fleet = throughline('up', ...small, ...flags());
    await said(fleet, 'Ctrl-C stops it all.');
    const parts = treeOf(fleet).filter(({ command }) => command.includes('apps/'));
    assert.deepEqual(parts.flatMap(({ command }) => /apps\/(\w+)\/src/.exec(command)?.[1] ?? []).toSorted(), [
      'catalog',
      'observatory',
    ]);
    const [otherState, otherOffset] = [await stateFolder(), await freeOffset(offset)];
    const other = throughline('up', ...small, '--state', otherState, '--port-offset', String(otherOffset));
    await said(other, 'Ctrl-C stops it all.');

    const third = throughline('up', ...small, '--state', `${otherState}/third`, '--port-offset', String(offset));
    assert.equal(await third.ended, 1);
    assert.match(third.stderr(), new RegExp(`Port ${services.catalog.port + offset} .*is in use[^]*--port-offset`));
    const fourth = throughline('up', ...small, '--state', state, '--port-offset', String(await freeOffset(offset)));
    assert.equal(await fourth.ended, 1);
    assert.match(fourth.stderr(), /Another fleet .* uses .*--state/);

    await endsBy('SIGTERM', fleet, state, offset);
    const events = await fetch(`${urlOf('catalog', otherOffset)}/events`);
    assert.equal(events.status, 200);
    await endsBy('SIGHUP', other, otherState, otherOffset);
    await rm(otherState, { recursive: true });
  });

  test('starts at once after kill -9 of all of it, with what it had kept', async () => {
    const killed = throughline('up', ...small, ...flags());
    await said(killed, 'Ctrl-C stops it all.');
    const tree = treeOf(killed);
    for (const { pid } of tree) process.kill(pid, 'SIGKILL');
    await killed.ended;

    const fleet = throughline('up', ...small, ...flags());
    await said(fleet, 'Ctrl-C stops it all.');
    assert.deepEqual(await leftOf(tree), []);
    const events = await fetch(`${urlOf('catalog')}/events`);
    assert.equal(events.status, 200);
    await endsBy('SIGTERM', fleet, state, offset);
  });

  test('leaves nothing when only its own process is killed', async () => {
    const fleet = throughline('up', ...small, ...flags());
    await said(fleet, 'Ctrl-C stops it all.');
    const tree = treeOf(fleet);
    fleet.child.kill('SIGKILL');
    await fleet.ended;
    assert.deepEqual(await leftOf(tree, 5_000), []);
  });
});
