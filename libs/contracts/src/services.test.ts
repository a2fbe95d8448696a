import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { edges, type EdgeKind } from './edges.ts';
import {
  backends,
  databaseNode,
  isServiceName,
  queues,
  service,
  serviceNames,
  services,
  shopServices,
  tables,
  urlVariable,
  type ServiceName,
} from './services.ts';

const sorted = (values: Iterable<string>): string[] => [...values].toSorted();

/** The story's own; a shop may have more. */
const theTwelve: ServiceName[] = [
  'gateway',
  'accounts',
  'catalog',
  'seats',
  'checkout',
  'pricing',
  'promotions',
  'payments',
  'fraud',
  'orders',
  'tickets',
  'notifications',
];
const thirdParties = ['bank', 'mail-relay'];

describe('the list of services', () => {
  it('holds the twelve of the story and the two third parties, which alone are not traced', () => {
    for (const name of theTwelve) assert.ok(shopServices.includes(name), name);
    const others = serviceNames.filter((name) => !shopServices.includes(name));
    assert.deepEqual(others, thirdParties);
    for (const name of serviceNames) assert.equal(service(name).tracing === 'off', others.includes(name), name);
  });

  it('calls nobody who is not on it, and nobody calls themselves', () => {
    for (const name of serviceNames) {
      for (const callee of Object.keys(service(name).calls)) {
        assert.ok(isServiceName(callee), `${name} calls ${callee}`);
        assert.notEqual(callee, name);
      }
    }
    assert.equal(isServiceName('toString'), false);
  });

  it('gives every service and backend a port of its own', () => {
    const ports = [
      ...serviceNames.map((name) => service(name).port),
      ...Object.values(backends).flatMap((backend) => Object.values(backend)),
    ];
    assert.equal(new Set(ports).size, ports.length);
    for (const port of ports) assert.ok(port > 1023 && port < 65_000, `${port} leaves no room for an offset`);
  });

  it('gives every queue one sender and one taker', () => {
    assert.deepEqual(sorted(queues), sorted(new Set(serviceNames.flatMap((name) => service(name).takesFrom))));
    for (const queue of queues) {
      assert.equal(serviceNames.filter((name) => service(name).sendsTo.includes(queue)).length, 1, queue);
      assert.equal(serviceNames.filter((name) => service(name).takesFrom.includes(queue)).length, 1, queue);
    }
  });

  it('has each table owned once, and defines each table that is owned', () => {
    const owned = serviceNames.flatMap((name) => Object.keys(service(name).tables));
    assert.equal(new Set(owned).size, owned.length);
    assert.deepEqual(sorted(owned), sorted(Object.keys(tables)));
  });

  it('has no node of the map that is called like another', () => {
    const databases = serviceNames.filter((name) => service(name).database).map(databaseNode);
    const queuesAndServices = [...queues, ...serviceNames, ...databases];
    assert.equal(new Set(queuesAndServices).size, queuesAndServices.length);
  });

  it('names a variable for each URL that no other service shares', () => {
    assert.equal(urlVariable('mail-relay'), 'MAIL_RELAY_URL');
    assert.equal(new Set(serviceNames.map(urlVariable)).size, serviceNames.length);
  });

  it('covers in the mixed fleet every crossing that one fleet can show', () => {
    const sdk = (name: string): string => services[name as keyof typeof services].tracing;
    const over = (kind: EdgeKind, from: string, to: string): string => `${kind}: ${sdk(from)} to ${sdk(to)}`;
    const all = edges('purchase');
    const http = all.filter(({ kind }) => kind === 'http').map(({ from, to }) => over('http', from, to));
    const sqs = all
      .filter(({ kind, from }) => kind === 'sqs' && isServiceName(from))
      .flatMap(({ from, to: queue }) =>
        all.filter((edge) => edge.from === queue).map(({ to }) => over('sqs', from, to)),
      );
    assert.deepEqual(sorted(new Set(http.filter((crossing) => !crossing.endsWith('off')))), [
      'http: otel to otel',
      'http: otel to xray',
      'http: xray to otel',
      'http: xray to xray',
    ]);
    assert.deepEqual(sorted(new Set(sqs)), ['sqs: otel to otel', 'sqs: otel to xray']);
  });
});

describe('the edges', () => {
  const reachedFrom = (start: string, moment: 'purchase' | 'journey'): Set<string> => {
    const reached = new Set([start]);
    for (const node of reached) {
      for (const { from, to } of edges(moment)) if (from === node) reached.add(to);
    }
    return reached;
  };

  it('lead a purchase from the gateway to the twelve, the queues, the third parties and the stores it needs', () => {
    const reached = reachedFrom('gateway', 'purchase');
    const databases = ['catalog', 'seats', 'orders', 'tickets'].map(databaseNode);
    const used = ['sessions', 'history', 'purchases', 'promotions', 'payments'];
    for (const node of [...theTwelve, ...thirdParties, 'order-placed', 'ticket-issued', ...databases, ...used]) {
      assert.ok(reached.has(node), node);
    }
  });

  it('of the journey are those of the purchase and some more', () => {
    const spell = (moment: 'purchase' | 'journey'): string[] =>
      edges(moment).map(({ from, to, kind }) => `${kind} ${from} ${to}`);
    const [purchase, journey] = [spell('purchase'), spell('journey')];
    assert.ok(purchase.every((edge) => journey.includes(edge)));
    assert.deepEqual(
      journey.filter((edge) => !purchase.includes(edge)),
      ['http gateway catalog', 'http gateway seats', 'http gateway orders', 'dynamodb accounts accounts'],
    );
    assert.equal(new Set(journey).size, journey.length);
  });
});
