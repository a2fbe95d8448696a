import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseNode, queues, SEED_PASSWORD, serviceNames, tables } from '@throughline/contracts';
import { instrumentationAttributes, sharedAttributes, shopAttributes } from '@throughline/telemetry';
import { assembleTrace, readDocument } from '@throughline/traces';
import { type Emitted, emittedBy } from '../harness/emitted.ts';
import type { FleetOf } from '../harness/fleet.ts';
import { cards, CVC } from '../harness/shop.ts';
import { spansOf } from '../harness/traces.ts';

const secrets: Readonly<Record<string, RegExp>> = {
  'a card number': new RegExp(
    Object.values(cards)
      .map((number) => number.replaceAll(/(\d{4})(?=\d)/g, String.raw`$1[\s-]?`))
      .join('|'),
  ),
  'a CVC': new RegExp(String.raw`\bcvc\b|"${CVC}"`, 'i'),
  'a password': new RegExp(SEED_PASSWORD),
  'a session token': /ses_[\w-]{20}/,
  'an e-mail address': /[\w.+-]+@[\w-]+(\.[\w-]+)+/,
};

const registry = new Set<string>([
  ...Object.keys(shopAttributes),
  ...Object.keys(sharedAttributes),
  ...instrumentationAttributes,
]);
const nodes = new Set<string>([...serviceNames, ...serviceNames.map(databaseNode), ...queues, ...Object.keys(tables)]);

interface Part {
  readonly annotations?: object;
  readonly metadata?: { readonly default?: object };
  readonly subsegments?: readonly Part[];
}

/** Keys of everything that can be searched or read beside a span: annotations, and metadata in the default namespace. */
const keysOf = ({ annotations = {}, metadata = {}, subsegments = [] }: Part): string[] => [
  ...Object.keys(annotations),
  ...Object.keys(metadata.default ?? {}).filter((key) => !key.startsWith('otel.resource.')),
  ...subsegments.flatMap(keysOf),
];

/** To be the last suite of a fleet: it looks at all that the fleet has emitted, whatever the tests before made it do. */
export function emittedSuite(fleetOf: FleetOf): void {
  let emitted: Promise<Emitted> | undefined;
  const all = (): Promise<Emitted> => (emitted ??= emittedBy(fleetOf().state));

  for (const [what, pattern] of Object.entries(secrets)) {
    test(`${what} stands in no span and no log line`, async () => {
      const { documents, logLines } = await all();
      assert.ok(documents.length > 0 && logLines.length > 0);
      const found = [...documents, ...logLines].filter((text) => pattern.test(text));
      assert.deepEqual(found.slice(0, 5), []);
    });
  }

  test('every attribute and annotation stands in the registry', async () => {
    const { documents } = await all();
    const keys = new Set(documents.flatMap((text) => keysOf(JSON.parse(text) as Part)));
    assert.deepEqual(
      [...keys].filter((key) => !registry.has(key)),
      [],
    );
  });

  test('who calls and who is called has its name from services.ts, never a host', async () => {
    const { documents } = await all();
    const spans = documents.flatMap((text) => readDocument(JSON.parse(text)));
    const byTrace = Map.groupBy(spans, ({ trace_id }) => trace_id).values();
    const names = [...byTrace]
      .flatMap((some) => spansOf(assembleTrace(some)))
      .flatMap(({ span: { service, peer } }) => (peer ? [service, peer.name] : [service]));
    assert.deepEqual(
      [...new Set(names)].filter((name) => !nodes.has(name)),
      [],
    );
  });
}
