import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queues, serviceNames, tables } from '@throughline/contracts';
import { storesOf, withWhatTheyCall } from './needs.ts';

test('a service needs whom it calls, and whom those call', () => {
  assert.deepEqual(withWhatTheyCall(['pricing']), ['pricing', 'promotions']);
  assert.deepEqual(withWhatTheyCall(['payments']), ['accounts', 'payments', 'fraud', 'bank']);
});

test('a consumer does not need the producer of its queue', () => {
  assert.deepEqual(withWhatTheyCall(['tickets']), ['catalog', 'tickets']);
});

test('all services are needed when none is named', () => {
  assert.deepEqual(withWhatTheyCall(), serviceNames);
});

test('all services together keep every table and use every queue', () => {
  const { tables: kept, queues: used, databases } = storesOf(serviceNames);
  assert.deepEqual(kept.toSorted(), Object.keys(tables).toSorted());
  assert.deepEqual(used.toSorted(), queues.toSorted());
  assert.deepEqual(databases, ['catalog', 'seats', 'orders', 'tickets']);
});

test('pricing alone needs a table of promotions and nothing else', () => {
  assert.deepEqual(storesOf(withWhatTheyCall(['pricing'])), { databases: [], tables: ['promotions'], queues: [] });
});
