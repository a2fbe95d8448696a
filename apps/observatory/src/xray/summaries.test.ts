import assert from 'node:assert/strict';
import {
  GetTraceSummariesCommand,
  paginateGetTraceSummaries,
  type GetTraceSummariesCommandInput,
  type TraceSummary,
} from '@aws-sdk/client-xray';
import { conforms } from '../testing/conformance.ts';
import { lately, newId, newTraceId, segment, xrayId } from '../testing/documents.ts';
import { observe, type Observed } from '../testing/observe.ts';
import { put, refused } from '../testing/traces.ts';

async function found({ xray }: Observed, input: Partial<GetTraceSummariesCommandInput> = {}): Promise<TraceSummary[]> {
  const { TraceSummaries } = await xray.send(new GetTraceSummariesCommand({ ...lately(), ...input }));
  return TraceSummaries ?? [];
}

conforms('GetTraceSummaries', 'describes the root segment and indexes the annotations of all', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const start = Date.now() / 1000 - 5;
  const root = segment({
    name: 'gateway',
    trace_id,
    start_time: start,
    end_time: start + 0.5,
    http: {
      request: { method: 'POST', url: 'http://shop/checkout', user_agent: 'k6', client_ip: '::1' },
      response: { status: 409 },
    },
    error: true,
    user: 'u1',
    origin: 'AWS::EC2::Instance',
    resource_arn: 'arn:aws:ec2:eu-west-1:123456789012:instance/i-1',
    aws: { account_id: '123456789012', ec2: { instance_id: 'i-1', availability_zone: 'eu-west-1a' } },
    annotations: { 'http.route': '/checkout' },
  });
  const child = segment({
    name: 'seats',
    trace_id,
    parent_id: root.id,
    start_time: start + 0.1,
    end_time: start + 2,
    fault: true,
    user: 'u1',
    annotations: { 'shop.seats': 2, 'shop.held': false },
  });
  await put(observed, child, root);
  const [summary] = await found(observed);
  const gateway = { Name: 'gateway', Names: ['gateway'], AccountId: '123456789012', Type: 'AWS::EC2::Instance' };
  const seats = { Name: 'seats', Names: ['seats'] };
  assert.equal(summary?.Id, xrayId(trace_id));
  assert.deepEqual(
    [summary.HasFault, summary.HasError, summary.HasThrottle, summary.IsPartial, summary.Revision],
    [false, true, false, false, 2],
  );
  assert.ok(Math.abs((summary.ResponseTime ?? 0) - 0.5) < 0.001);
  assert.ok(Math.abs((summary.Duration ?? 0) - 2) < 0.001);
  assert.ok(Math.abs((summary.StartTime?.getTime() ?? 0) / 1000 - start) < 0.01);
  assert.ok(Math.abs((summary.MatchedEventTime?.getTime() ?? 0) / 1000 - start - 2) < 0.01);
  assert.deepEqual(summary.Http, {
    HttpURL: 'http://shop/checkout',
    HttpStatus: 409,
    HttpMethod: 'POST',
    UserAgent: 'k6',
    ClientIp: '::1',
  });
  assert.deepEqual(summary.EntryPoint, gateway);
  assert.deepEqual(summary.ServiceIds, [gateway, seats]);
  assert.deepEqual(summary.Users, [{ UserName: 'u1', ServiceIds: [gateway, seats] }]);
  assert.deepEqual(summary.ResourceARNs, [{ ARN: 'arn:aws:ec2:eu-west-1:123456789012:instance/i-1' }]);
  assert.deepEqual(summary.InstanceIds, [{ Id: 'i-1' }]);
  assert.deepEqual(summary.AvailabilityZones, [{ Name: 'eu-west-1a' }]);
  assert.deepEqual(summary.Annotations, {
    'http.route': [{ AnnotationValue: { StringValue: '/checkout' }, ServiceIds: [gateway] }],
    'shop.seats': [{ AnnotationValue: { NumberValue: 2 }, ServiceIds: [seats] }],
    'shop.held': [{ AnnotationValue: { BooleanValue: false }, ServiceIds: [seats] }],
  });
});

conforms('GetTraceSummaries', 'tells the root causes of faults, errors and of the response time', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const call = newId();
  const root = segment({ name: 'gateway', trace_id, fault: true });
  const at = (from: number, to: number) => ({ start_time: root.start_time + from, end_time: root.start_time + to });
  const subsegment = (id: string, name: string, members: object) => ({
    id,
    name,
    namespace: 'remote',
    fault: true,
    ...at(0.005, 0.045),
    ...members,
  });
  const table = subsegment(newId(), 'DynamoDB', {
    namespace: 'aws',
    aws: { operation: 'PutItem', table_name: 'sagas' },
    ...at(0.01, 0.02),
    cause: { exceptions: [{ id: newId(), type: 'Unavailable', message: 'no table' }] },
  });
  const quote = subsegment(newId(), 'pricing', { fault: undefined, error: true, throttle: true, ...at(0.02, 0.022) });
  const checkout = segment({
    name: 'checkout',
    trace_id,
    parent_id: call,
    fault: true,
    subsegments: [table, quote],
    ...at(0.006, 0.044),
  });
  await put(observed, { ...root, subsegments: [subsegment(call, 'checkout', {})] }, checkout);
  const [summary] = await found(observed);
  const service = (Name: string, EntityPath: object[], more: object = {}) => ({
    Name,
    Names: [Name],
    EntityPath,
    Inferred: false,
    ...more,
  });
  const inferred = { Type: 'AWS::DynamoDB::Table', Inferred: true };
  const thrown = [{ Name: 'Unavailable', Message: 'no table' }];
  const entity = (Name: string, Remote: boolean, Exceptions: object[] = []) => ({ Name, Remote, Exceptions });
  assert.deepEqual(summary?.FaultRootCauses, [
    {
      Services: [
        service('gateway', [entity('gateway', false), entity('checkout', true)]),
        service('checkout', [entity('checkout', false), entity('sagas', true, thrown)]),
        service('sagas', [entity('sagas', false, thrown)], inferred),
      ],
      ClientImpacting: true,
    },
  ]);
  assert.deepEqual(
    summary.ErrorRootCauses?.map((cause) => [cause.ClientImpacting, cause.Services?.at(-1)?.Name]),
    [[false, 'pricing']],
  );
  assert.deepEqual(summary.ResponseTimeRootCauses, [
    {
      Services: [
        service('gateway', [
          { Name: 'gateway', Remote: false, Coverage: 1 },
          { Name: 'checkout', Remote: true, Coverage: 0.8 },
        ]),
        service('checkout', [{ Name: 'checkout', Remote: false, Coverage: 0.76 }]),
      ],
      ClientImpacting: true,
    },
  ]);
});

conforms('GetTraceSummaries', 'says of a trace that it was throttled when any segment was', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const root = segment({ name: 'x', trace_id });
  await put(observed, root, segment({ name: 'y', trace_id, parent_id: root.id, error: true, throttle: true }));
  const [summary] = await found(observed, { FilterExpression: 'throttle' });
  assert.deepEqual([summary?.HasThrottle, summary?.HasError], [true, false]);
});

conforms(
  'GetTraceSummaries',
  'says of a trace that it is partial while a segment is open or a parent missing',
  async (t) => {
    const observed = await observe(t);
    const open = newTraceId();
    await put(observed, segment({ name: 'x', trace_id: open, end_time: undefined, in_progress: true }));
    const orphan = newTraceId();
    await put(
      observed,
      segment({ name: 'x', trace_id: orphan }),
      segment({ name: 'y', trace_id: orphan, parent_id: 'a'.repeat(16) }),
    );
    assert.deepEqual(
      (await found(observed)).map((summary) => summary.IsPartial),
      [true, true],
    );
    assert.equal((await found(observed, { FilterExpression: '!partial' })).length, 0);
  },
);

conforms('GetTraceSummaries', 'indexes fifty annotations of a trace', async (t) => {
  const observed = await observe(t);
  const annotations = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`key_${index}`, index]));
  await put(observed, segment({ name: 'x', trace_id: newTraceId(), annotations }));
  const [summary] = await found(observed);
  assert.equal(Object.keys(summary?.Annotations ?? {}).length, 50);
});

conforms('GetTraceSummaries', 'pages follow each other, newest first, without a gap', async (t) => {
  const observed = await observe(t);
  const now = Date.now() / 1000;
  const ids: string[] = [];
  const documents = Array.from({ length: 230 }, (_, index) => {
    const trace_id = newTraceId();
    ids.push(xrayId(trace_id));
    return segment({ name: 'x', trace_id, start_time: now - index / 10, end_time: now });
  });
  await put(observed, ...documents);
  const seen: (string | undefined)[] = [];
  let pages = 0;
  let processed = 0;
  for await (const page of paginateGetTraceSummaries({ client: observed.xray }, lately())) {
    pages += 1;
    processed += page.TracesProcessedCount ?? 0;
    seen.push(...(page.TraceSummaries ?? []).map((summary) => summary.Id));
  }
  assert.deepEqual([pages, processed], [3, 230]);
  assert.deepEqual(seen, ids);
  await refused(found(observed, { NextToken: 'zzz' }), 'InvalidRequestException', /NextToken/);
});

conforms('GetTraceSummaries', 'chooses by start, by activity, or by the end of a segment', async (t) => {
  const observed = await observe(t);
  const now = Math.floor(Date.now() / 1000);
  await put(observed, segment({ name: 'x', trace_id: newTraceId(), start_time: now - 600, end_time: now - 30 }));
  const count = async (TimeRangeType: 'TraceId' | 'Event' | 'Service', from: number, to: number) => {
    const window = { StartTime: new Date((now - from) * 1000), EndTime: new Date((now - to) * 1000) };
    return (await found(observed, { ...window, TimeRangeType })).length;
  };
  assert.deepEqual([await count('TraceId', 700, 500), await count('TraceId', 60, 0)], [1, 0]);
  assert.deepEqual([await count('Event', 300, 200), await count('Event', 60, 0)], [1, 1]);
  assert.deepEqual([await count('Service', 300, 200), await count('Service', 60, 0)], [0, 1]);
  assert.deepEqual([await count('TraceId', 700, 600), await count('TraceId', 600, 590)], [0, 1], 'the end is open');
});

conforms('GetTraceSummaries', 'takes a share of the traces, or of the window', async (t) => {
  const observed = await observe(t);
  const now = Math.floor(Date.now() / 1000);
  const documents = Array.from({ length: 80 }, (_, index) =>
    segment({ name: 'x', trace_id: newTraceId(), start_time: now - 1 - index, end_time: now }),
  );
  await put(observed, ...documents);
  const window = { StartTime: new Date((now - 80) * 1000), EndTime: new Date(now * 1000), Sampling: true };
  const ids = async (Name: 'FixedRate' | 'PartialScan', Value: number) =>
    (await found(observed, { ...window, SamplingStrategy: { Name, Value } })).map((summary) => summary.Id);
  assert.equal((await found(observed, window)).length, 80);
  assert.equal((await ids('PartialScan', 0.25)).length, 20);
  const share = await ids('FixedRate', 0.5);
  assert.ok(share.length > 15 && share.length < 65, `${share.length} of 80`);
  assert.deepEqual(await ids('FixedRate', 0.5), share);
  assert.equal((await ids('FixedRate', 0)).length, 0);
  await refused(ids('FixedRate', 2), 'InvalidRequestException', /from 0 to 1/);
});

conforms('GetTraceSummaries', 'refuses a window that is no window, and what the model does', async (t) => {
  const observed = await observe(t);
  const [early, late] = [new Date(0), new Date(7 * 3_600_000)];
  const refusal = (input: Partial<GetTraceSummariesCommandInput>, message: RegExp) =>
    refused(found(observed, input), 'InvalidRequestException', message);
  await refusal({ StartTime: late, EndTime: early }, /later/);
  await refusal({ StartTime: early, EndTime: late }, /cannot be longer than 6 hours/);
  await refusal({ StartTime: undefined }, /'startTime' failed to satisfy constraint: Member must not be null/);
  await refusal({ TimeRangeType: 'Ever' as never }, /enum value set: \[TraceId, Event, Service\]/);
});
