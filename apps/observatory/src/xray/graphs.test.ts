import assert from 'node:assert/strict';
import {
  CreateGroupCommand,
  GetServiceGraphCommand,
  GetTraceGraphCommand,
  paginateGetServiceGraph,
  paginateGetTraceGraph,
  type Service,
} from '@aws-sdk/client-xray';
import { conforms } from '../testing/conformance.ts';
import { lately, newId, newTraceId, segment, xrayId } from '../testing/documents.ts';
import { observe } from '../testing/observe.ts';
import { put, refused } from '../testing/traces.ts';

const QUEUE = 'https://sqs.eu-west-1.amazonaws.com/123456789012/order-placed';

/** An order: gateway calls orders by another name, which writes to DynamoDB, S3 and SQL and sends to a queue; tickets takes it. */
function order(trace_id: string, start: number, members: object = {}) {
  const [toOrders, sending] = [newId(), newId()];
  const at = (from_ms: number, to_ms: number) => ({
    start_time: start + from_ms / 1000,
    end_time: start + to_ms / 1000,
  });
  const aws = (id: string, name: string, aws: object, from: number, to: number, more: object = {}) => ({
    id,
    name,
    namespace: 'aws',
    aws,
    ...at(from, to),
    ...more,
  });
  const http = { request: { method: 'POST', url: 'http://shop/orders' }, response: { status: 200 } };
  const gateway = segment({
    name: 'gateway',
    trace_id,
    http,
    origin: 'AWS::EC2::Instance',
    aws: { account_id: '123456789012' },
    ...at(0, 200),
    ...members,
    subsegments: [{ id: toOrders, name: 'orders.internal', namespace: 'remote', ...at(10, 190) }],
  });
  const orders = segment({
    name: 'orders',
    trace_id,
    parent_id: toOrders,
    http,
    ...at(20, 150),
    subsegments: [
      aws(newId(), 'DynamoDB', { operation: 'PutItem', table_name: 'orders' }, 30, 40, { error: true, throttle: true }),
      aws(newId(), 'DynamoDB', { operation: 'ListTables' }, 41, 42),
      aws(newId(), 'S3', { operation: 'PutObject', bucket_name: 'receipts' }, 45, 50),
      aws(newId(), 'SNS', { operation: 'Publish', topic_arn: 'arn:aws:sns:eu-west-1:1:news' }, 51, 52),
      aws(newId(), 'Lambda', { operation: 'Invoke', function_name: 'render' }, 53, 54),
      { id: newId(), name: 'orders@db', namespace: 'remote', sql: { sanitized_query: 'SELECT 1' }, ...at(55, 60) },
      { id: newId(), name: 'bank', namespace: 'remote', http, fault: true, ...at(60, 70) },
      aws(sending, 'SQS', { operation: 'SendMessage', queue_url: QUEUE }, 80, 90),
    ],
  });
  const tickets = segment({
    name: 'tickets',
    trace_id,
    parent_id: sending,
    ...at(340, 400),
    annotations: { 'messaging.destination.name': 'order-placed' },
  });
  return [gateway, orders, tickets];
}

const nameOf = (service: Service | undefined) => `${service?.Name} (${service?.Type ?? 'no type'})`;
const edgesOf = (services: Service[] = []) =>
  services.flatMap((service) =>
    (service.Edges ?? []).map((edge) => {
      const to = services.find((other) => other.ReferenceId === edge.ReferenceId);
      return `${nameOf(service)} → ${nameOf(to)}${edge.EdgeType ? ` ${edge.EdgeType}` : ''}`;
    }),
  );

const ORDER_EDGES = [
  'gateway (AWS::EC2::Instance) → orders (no type)',
  'gateway (client) → gateway (AWS::EC2::Instance)',
  'order-placed (AWS::SQS::Queue) → tickets (no type) link',
  'orders (no type) → DynamoDB (AWS::DynamoDB)',
  'orders (no type) → SNS (AWS::SNS)',
  'orders (no type) → bank (remote)',
  'orders (no type) → order-placed (AWS::SQS::Queue)',
  'orders (no type) → orders (AWS::DynamoDB::Table)',
  'orders (no type) → orders@db (Database::SQL)',
  'orders (no type) → receipts (AWS::S3::Bucket)',
  'orders (no type) → render (AWS::Lambda)',
];

conforms('GetServiceGraph', 'has a client in front, services, and inferred nodes by the types of AWS', async (t) => {
  const observed = await observe(t);
  await put(observed, ...order(newTraceId(), Date.now() / 1000 - 5));
  const { Services = [], ContainsOldGroupVersions } = await observed.xray.send(new GetServiceGraphCommand(lately()));
  assert.deepEqual(edgesOf(Services).toSorted(), ORDER_EDGES);
  assert.equal(ContainsOldGroupVersions, false);
  const at = (type: string | undefined, name: string) =>
    Services.find((service) => service.Name === name && service.Type === type);
  const client = at('client', 'gateway');
  assert.deepEqual([client?.State, client?.SummaryStatistics, client?.Root], ['unknown', undefined, undefined]);
  const gateway = at('AWS::EC2::Instance', 'gateway');
  assert.deepEqual(
    [gateway?.State, gateway?.Root, gateway?.AccountId, gateway?.Names],
    ['active', true, '123456789012', ['gateway']],
  );
  assert.deepEqual(gateway?.ResponseTimeHistogram, [{ Value: 0.2, Count: 1 }]);
  assert.deepEqual(gateway?.Edges?.[0]?.Aliases, [
    { Name: 'orders.internal', Names: ['orders.internal'], Type: 'remote' },
  ]);
  const table = at('AWS::DynamoDB::Table', 'orders');
  assert.equal(table?.State, 'unknown');
  assert.deepEqual(table?.SummaryStatistics?.ErrorStatistics, { ThrottleCount: 1, OtherCount: 0, TotalCount: 1 });
  assert.deepEqual(at('remote', 'bank')?.SummaryStatistics?.FaultStatistics, { OtherCount: 1, TotalCount: 1 });
});

conforms('GetServiceGraph', 'shows a queue as a link, with the age of its messages', async (t) => {
  const observed = await observe(t);
  await put(observed, ...order(newTraceId(), Date.now() / 1000 - 5));
  const { Services = [] } = await observed.xray.send(new GetServiceGraphCommand(lately()));
  const link = Services.find((service) => service.Name === 'order-placed')?.Edges?.[0];
  assert.deepEqual(
    [link?.EdgeType, link?.ReceivedEventAgeHistogram, link?.ResponseTimeHistogram, link?.SummaryStatistics?.OkCount],
    ['link', [{ Value: 0.25, Count: 1 }], [], 1],
  );
});

conforms('GetServiceGraph', "adds up a window's traces, or those of a group", async (t) => {
  const observed = await observe(t);
  const now = Date.now() / 1000;
  const failing = order(newTraceId(), now - 6, { fault: true });
  await put(observed, ...failing, ...order(newTraceId(), now - 5), ...order(newTraceId(), now - 4));
  const { Group } = await observed.xray.send(
    new CreateGroupCommand({ GroupName: 'failed', FilterExpression: 'fault' }),
  );
  const total = async (group: { GroupName?: string; GroupARN?: string | undefined }) => {
    const { Services = [] } = await observed.xray.send(new GetServiceGraphCommand({ ...lately(), ...group }));
    const root = Services.find((service) => service.Root);
    return [root?.SummaryStatistics?.TotalCount, root?.SummaryStatistics?.FaultStatistics?.TotalCount];
  };
  assert.deepEqual(await total({}), [3, 1]);
  assert.deepEqual(await total({ GroupName: 'Default' }), [3, 1]);
  assert.deepEqual(await total({ GroupName: 'failed' }), [1, 1]);
  assert.deepEqual(await total({ GroupARN: Group?.GroupARN }), [1, 1]);
  await refused(total({ GroupName: 'none' }), 'InvalidRequestException', /Group not found/);
});

conforms('GetServiceGraph', 'comes in pages and refuses a window of more than 6 hours', async (t) => {
  const observed = await observe(t);
  const documents = Array.from({ length: 620 }, (_, index) => segment({ name: `s${index}`, trace_id: newTraceId() }));
  await put(observed, ...documents);
  let names = 0;
  let pages = 0;
  for await (const { Services = [] } of paginateGetServiceGraph({ client: observed.xray }, lately())) {
    pages += 1;
    names += Services.length;
  }
  assert.deepEqual([pages, names], [2, 620]);
  const long = { StartTime: new Date(0), EndTime: new Date(7 * 3_600_000) };
  await refused(observed.xray.send(new GetServiceGraphCommand(long)), 'InvalidRequestException', /6 hours/);
  const wrong = new GetServiceGraphCommand({ ...lately(), NextToken: 'x' });
  await refused(observed.xray.send(wrong), 'InvalidRequestException', /NextToken/);
});

conforms('GetTraceGraph', 'is the graph of the given traces alone', async (t) => {
  const observed = await observe(t);
  const [one, other] = [newTraceId(), newTraceId()];
  await put(observed, ...order(one, Date.now() / 1000 - 5), segment({ name: 'other', trace_id: other }));
  const graph = async (...TraceIds: string[]) =>
    (await observed.xray.send(new GetTraceGraphCommand({ TraceIds }))).Services ?? [];
  assert.deepEqual(edgesOf(await graph(xrayId(one), xrayId(one))).toSorted(), ORDER_EDGES);
  assert.deepEqual((await graph(xrayId(other), xrayId(newTraceId()))).map(nameOf), ['other (no type)']);
  await refused(graph('no id'), 'InvalidRequestException', /trace id/);
  await refused(graph(...Array.from({ length: 6 }, newTraceId)), 'InvalidRequestException', /maximum query size: 5/);
  let pages = 0;
  for await (const page of paginateGetTraceGraph({ client: observed.xray }, { TraceIds: [xrayId(one)] })) {
    pages += page.Services ? 1 : 0;
  }
  assert.equal(pages, 1);
});
