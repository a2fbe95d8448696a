import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { CreateQueueCommand, GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Fleet, startFleet, startStores, type Stores } from '@throughline/local';
import type { Trace } from '@throughline/traces';
import { someFreeOffset, stateFolder } from './harness/fleet.ts';
import { isSettled, readTraces, spansOf, type TraceReader } from './harness/traces.ts';
import { type Probe, startProbes } from './probe/start.ts';

const sdks = ['otel', 'xray'] as const;
type Sdk = (typeof sdks)[number];
/** Names under which the probes run. */
const callers = { otel: 'checkout', xray: 'payments' } as const;
const callees = { otel: 'fraud', xray: 'pricing' } as const;
const queueOf = (sdk: Sdk): string => `matrix-${sdk}`;

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const root = (traceId: string): string => `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

let state: string;
let stores: Stores;
let fleet: Fleet;
let traces: TraceReader;
let sqs: SQSClient;
let probes: Probe[];
const probe = (name: string): Probe => {
  const found = probes.find((each) => each.name === name);
  assert.ok(found);
  return found;
};

before(async () => {
  state = await stateFolder();
  [stores, fleet] = await Promise.all([
    startStores(['notifications']),
    startFleet({ state, offset: await someFreeOffset(), only: [] }),
  ]);
  sqs = new SQSClient({
    endpoint: stores.env['AWS_ENDPOINT_URL_SQS'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await Promise.all(sdks.map((sdk) => sqs.send(new CreateQueueCommand({ QueueName: queueOf(sdk) }))));
  const observatory = fleet.urls['observatory'] ?? '';
  const daemonPort = Number(new URL(observatory).port) - 4318 + 2000;
  traces = readTraces(observatory);
  probes = await startProbes(
    sdks.flatMap((tracing) => [
      { name: callers[tracing], tracing },
      { name: callees[tracing], tracing, queue: queueOf(tracing) },
    ]),
    {
      ...fleet.awsEnv,
      ...stores.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: observatory,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemonPort}`,
    },
  );
});

after(async () => {
  traces.close();
  sqs.destroy();
  await Promise.all(probes.map((each) => each.stop()));
  await Promise.all([stores.stop(), fleet.stop()]);
  await rm(state, { recursive: true, force: true });
});

/** The span with which a service took over, with the chain of spans above it. */
function arrivalAt(trace: Trace, service: string) {
  const arrival = spansOf(trace).find(({ span }) => span.service === service && /server|consumer/.test(span.kind));
  assert.ok(arrival, `${service} is not in the trace`);
  return arrival;
}

const hasArrived =
  (service: string) =>
  (trace: Trace): boolean =>
    isSettled(trace) && spansOf(trace).some(({ span }) => span.service === service);

for (const from of sdks) {
  for (const to of sdks) {
    const [caller, callee] = [callers[from], callees[to]];

    test(`${from} → ${to} over HTTP is one trace, with a client span between the two`, async () => {
      const { here, there } = await probe(caller).client.call({ params: { callee }, body: {} });
      assert.ok(here && there);
      assert.equal(there.trace_id, here.trace_id);

      const trace = await traces.when(here.trace_id, hasArrived(callee));
      const { span, parent } = arrivalAt(trace, callee);
      assert.equal(trace.roots.length, 1);
      assert.deepEqual([span.kind, span.sdk, span.span_id, span.name], ['server', to, there.span_id, 'POST /ids']);
      assert.deepEqual(
        [parent?.span.service, parent?.span.kind, parent?.span.sdk, parent?.span.peer],
        [caller, 'client', from, { name: callee, kind: 'http' }],
      );
      assert.equal(parent?.parent?.span.span_id, here.span_id);
    });

    test(`${from} → ${to} over SQS is one trace, with the sending between the two`, async () => {
      const queue = queueOf(to);
      const { here } = await probe(caller).client.send({ params: { queue }, body: {} });
      assert.ok(here);

      const trace = await traces.when(here.trace_id, hasArrived(callee));
      const { span, parent } = arrivalAt(trace, callee);
      assert.equal(trace.roots.length, 1);
      assert.deepEqual([span.kind, span.sdk, span.peer], ['consumer', to, { name: queue, kind: 'sqs' }]);
      assert.deepEqual(
        [parent?.span.service, parent?.span.kind, parent?.span.sdk, parent?.span.peer],
        [caller, 'producer', from, { name: queue, kind: 'sqs' }],
      );
      assert.equal(parent?.parent?.span.span_id, here.span_id);
    });
  }
}

interface Ids {
  readonly one: string;
  readonly other: string;
  readonly w3cParent: string;
  readonly xrayParent: string;
}

/** Which trace goes on, and below which parent; undefined: a new trace. */
interface Row {
  readonly headers: Record<string, string>;
  readonly goesOn?: { readonly trace: string; readonly parent?: string };
}

const w3c = ({ one, w3cParent }: Ids): string => `00-${one}-${w3cParent}-01`;
const whole = (traceId: string, { xrayParent }: Ids): string => `${root(traceId)};Parent=${xrayParent};Sampled=1`;
const belowW3c = ({ one: trace, w3cParent: parent }: Ids) => ({ trace, parent });
const belowXray = ({ one: trace, xrayParent: parent }: Ids) => ({ trace, parent });

const headerTable: Readonly<Record<string, (ids: Ids) => Row>> = {
  'traceparent alone': (ids) => ({ headers: { traceparent: w3c(ids) }, goesOn: belowW3c(ids) }),
  'X-Amzn-Trace-Id alone': (ids) => ({
    headers: { 'X-Amzn-Trace-Id': whole(ids.one, ids) },
    goesOn: belowXray(ids),
  }),
  "an ALB's Root alone": ({ one }) => ({ headers: { 'X-Amzn-Trace-Id': root(one) }, goesOn: { trace: one } }),
  'both with one id: the parent of X-Amzn-Trace-Id': (ids) => ({
    headers: { traceparent: w3c(ids), 'X-Amzn-Trace-Id': whole(ids.one, ids) },
    goesOn: belowXray(ids),
  }),
  'both with one id, X-Amzn-Trace-Id without a parent: the parent of traceparent': (ids) => ({
    headers: { traceparent: w3c(ids), 'X-Amzn-Trace-Id': `${root(ids.one)};Sampled=1` },
    goesOn: belowW3c(ids),
  }),
  'two ids: traceparent': (ids) => ({
    headers: { traceparent: w3c(ids), 'X-Amzn-Trace-Id': whole(ids.other, ids) },
    goesOn: belowW3c(ids),
  }),
  "two ids, one of them an ALB's Root: traceparent": (ids) => ({
    headers: { traceparent: w3c(ids), 'X-Amzn-Trace-Id': root(ids.other) },
    goesOn: belowW3c(ids),
  }),
  'a malformed traceparent beside a good X-Amzn-Trace-Id: X-Amzn-Trace-Id': (ids) => ({
    headers: { traceparent: w3c({ ...ids, one: '0'.repeat(32) }), 'X-Amzn-Trace-Id': whole(ids.one, ids) },
    goesOn: belowXray(ids),
  }),
  'a malformed X-Amzn-Trace-Id beside a good traceparent: traceparent': (ids) => ({
    headers: { traceparent: w3c(ids), 'X-Amzn-Trace-Id': 'Root=1-abc;Parent=zz' },
    goesOn: belowW3c(ids),
  }),
  'both malformed: a new trace': () => ({
    headers: { traceparent: 'ff-no', 'X-Amzn-Trace-Id': 'Root=;;;=' },
  }),
  'neither: a new trace': () => ({ headers: {} }),
};

async function ask(url: string, path: string, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });
  assert.equal(response.status, 200);
  return response.json();
}

for (const sdk of sdks) {
  describe(`which header ${sdk} goes on with`, () => {
    for (const [name, row] of Object.entries(headerTable)) {
      test(name, async () => {
        const ids = { one: hex(16), other: hex(16), w3cParent: hex(8), xrayParent: hex(8) };
        const { headers, goesOn } = row(ids);
        const { here } = (await ask(probe(callers[sdk]).url, '/ids', headers)) as { here: { trace_id: string } };
        if (goesOn) assert.equal(here.trace_id, goesOn.trace);
        else assert.ok(here.trace_id !== ids.one && here.trace_id !== ids.other);

        const trace = await traces.when(here.trace_id, () => true);
        assert.deepEqual(
          spansOf(trace).map(({ span }) => [span.service, span.kind, span.parent_id]),
          [[callers[sdk], 'server', goesOn?.parent]],
        );
      });
    }
  });

  describe(`which part of a message ${sdk} goes on with`, () => {
    const [parent, trace] = [hex(8), { attribute: hex(16), header: hex(16), both: hex(16) }];
    const traceparent = (id: string): string => `00-${id}-${parent}-01`;
    const header = (id: string): string => `${root(id)};Parent=${parent};Sampled=1`;
    const rows = [
      { name: 'the attribute traceparent alone', traceparent: traceparent(trace.attribute), goesOn: trace.attribute },
      { name: 'AWSTraceHeader alone', header: header(trace.header), goesOn: trace.header },
      { name: 'both', traceparent: traceparent(trace.both), header: header(trace.both), goesOn: trace.both },
    ];
    for (const row of rows) {
      test(row.name, async () => {
        await sendMessage(queueOf(sdk), row);
        const found = await traces.when(row.goesOn, () => true);
        const { span } = arrivalAt(found, callees[sdk]);
        assert.deepEqual([span.kind, span.parent_id], ['consumer', parent]);
      });
    }
  });

  describe(`what was not sampled before ${sdk} is emitted neither by it nor behind it`, () => {
    const rows = [
      { name: 'traceparent with flags 00', headers: (id: string) => ({ traceparent: `00-${id}-${hex(8)}-00` }) },
      {
        name: 'X-Amzn-Trace-Id with Sampled=0',
        headers: (id: string) => ({ 'X-Amzn-Trace-Id': `${root(id)};Parent=${hex(8)};Sampled=0` }),
      },
      { name: 'Root and Sampled=0', headers: (id: string) => ({ 'X-Amzn-Trace-Id': `${root(id)};Sampled=0` }) },
    ];
    for (const { name, headers } of rows) {
      test(name, async () => {
        const [silent, heard] = [hex(16), hex(16)];
        const sampled = { traceparent: `00-${heard}-${hex(8)}-01` };
        for (const to of sdks) {
          for (const path of [`/calls/${callees[to]}`, `/messages/${queueOf(to)}`]) {
            await ask(probe(callers[sdk]).url, path, headers(silent));
            await ask(probe(callers[sdk]).url, path, sampled);
          }
        }
        // What is sent later has arrived, whole.
        const both = (trace: Trace): boolean =>
          sdks.every(
            (to) =>
              spansOf(trace).filter(({ span }) => span.service === callees[to] && /server|consumer/.test(span.kind))
                .length === 2,
          );
        assert.ok(both(await traces.when(heard, both)));
        const emitted = await traces.get([silent]);
        assert.deepEqual(
          emitted.flatMap(spansOf).map(({ span }) => [span.service, span.kind, span.name]),
          [],
        );
      });
    }
  });
}

async function sendMessage(QueueName: string, { traceparent, header }: { traceparent?: string; header?: string }) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: '{}',
      ...(traceparent && { MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } } }),
      ...(header && { MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: header } } }),
    }),
  );
}
