import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  paginateGetTraceSummaries,
  GetTraceSummariesCommand,
  PutTraceSegmentsCommand,
  type TraceSummary,
} from '@aws-sdk/client-xray';
import { lately, newTraceId, segment, xrayId } from '../testing/documents.ts';
import { observe, type Observed } from '../testing/observe.ts';

async function put({ xray }: Observed, ...documents: object[]): Promise<void> {
  await xray.send(
    new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents.map((document) => JSON.stringify(document)) }),
  );
}

async function found({ xray }: Observed, FilterExpression?: string): Promise<TraceSummary[]> {
  const { TraceSummaries } = await xray.send(new GetTraceSummariesCommand({ ...lately(), FilterExpression }));
  return TraceSummaries ?? [];
}

test('a summary describes the root segment and indexes the annotations of all', async (t) => {
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
    annotations: { 'http.route': '/checkout' },
  });
  const child = segment({
    name: 'seats',
    trace_id,
    parent_id: root.id,
    start_time: start + 0.1,
    end_time: start + 2,
    fault: true,
    annotations: { 'shop.seats': 2, 'shop.held': false },
  });
  await put(observed, child, root);
  const [summary] = await found(observed);
  assert.equal(summary?.Id, xrayId(trace_id));
  assert.deepEqual(
    [summary.HasFault, summary.HasError, summary.HasThrottle, summary.IsPartial],
    [false, true, false, false],
  );
  assert.ok(Math.abs((summary.ResponseTime ?? 0) - 0.5) < 0.001);
  assert.ok(Math.abs((summary.Duration ?? 0) - 2) < 0.001);
  assert.deepEqual(summary.Http, {
    HttpURL: 'http://shop/checkout',
    HttpStatus: 409,
    HttpMethod: 'POST',
    UserAgent: 'k6',
    ClientIp: '::1',
  });
  assert.deepEqual(summary.EntryPoint, { Name: 'gateway', Names: ['gateway'] });
  assert.equal(summary.Users?.[0]?.UserName, 'u1');
  assert.deepEqual(summary.Annotations?.['shop.seats'], [
    { AnnotationValue: { NumberValue: 2 }, ServiceIds: [{ Name: 'seats', Names: ['seats'] }] },
  ]);
  assert.deepEqual(summary.Annotations?.['shop.held']?.[0]?.AnnotationValue, { BooleanValue: false });
});

test('a trace with a segment still open, or a parent still missing, is partial', async (t) => {
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
  assert.equal((await found(observed, '!partial')).length, 0);
});

test('filter expressions choose traces', async (t) => {
  const observed = await observe(t);
  const buy = newTraceId();
  const root = segment({
    name: 'gateway',
    trace_id: buy,
    http: { request: { method: 'POST', url: 'http://shop/checkout' }, response: { status: 503 } },
    fault: true,
    annotations: { 'shop.amount': 120, 'shop.code': 'EARLY', 'shop.vip': true },
  });
  const table = {
    ...segment({ name: 'DynamoDB', trace_id: buy }),
    namespace: 'aws',
    aws: { operation: 'PutItem', table_name: 'sagas' },
  };
  const slow = segment({
    name: 'checkout',
    trace_id: buy,
    parent_id: root.id,
    subsegments: [table],
    cause: { exceptions: [{ message: 'seats are gone' }] },
  });
  await put(observed, root, { ...slow, end_time: slow.start_time + 3 });
  const look = newTraceId();
  await put(
    observed,
    segment({
      name: 'gateway',
      trace_id: look,
      http: { request: { method: 'GET', url: 'http://shop/events' }, response: { status: 200 } },
    }),
  );

  const both = [xrayId(look), xrayId(buy)].toSorted();
  const cases: [string, string[]][] = [
    ['', both],
    ['fault', [xrayId(buy)]],
    ['ok', [xrayId(look)]],
    ['!fault', [xrayId(look)]],
    ['fault = false', [xrayId(look)]],
    ['fault OR ok', both],
    ['fault AND ok', []],
    ['ok OR fault AND http.status = 200', [xrayId(look)]],
    ['(ok OR fault) AND http.status = 503', [xrayId(buy)]],
    ['fault http.method = "POST"', [xrayId(buy)]],
    ['http.url CONTAINS "/check"', [xrayId(buy)]],
    ['http.url BEGINSWITH "http://shop" AND http.url ENDSWITH "events"', [xrayId(look)]],
    ['annotation.shop.amount >= 100', [xrayId(buy)]],
    ['annotation[shop.amount] > 120', []],
    ['annotation.shop.code = "EARLY" AND annotation.shop.vip = true', [xrayId(buy)]],
    ['annotation.shop.code', [xrayId(buy)]],
    ['duration >= 3', [xrayId(buy)]],
    ['responsetime < 1', both],
    ['service("checkout")', [xrayId(buy)]],
    ['service("checkout") { responsetime > 2 }', [xrayId(buy)]],
    ['service("checkout") { fault }', []],
    ['service() { fault }', [xrayId(buy)]],
    ['service(id(name: "sagas", type: "AWS::DynamoDB::Table"))', [xrayId(buy)]],
    ['edge("gateway", "checkout")', [xrayId(buy)]],
    ['edge("checkout", "sagas") { ok }', [xrayId(buy)]],
    ['edge("checkout", "gateway")', []],
    ['message CONTAINS "gone"', [xrayId(buy)]],
    ['inferred', [xrayId(buy)]],
  ];
  for (const [expression, wanted] of cases) {
    const ids = (await found(observed, expression || undefined)).map((summary) => summary.Id);
    assert.deepEqual(ids.toSorted(), wanted, expression);
  }
});

test('a filter that cannot be read is refused with the place', async (t) => {
  const observed = await observe(t);
  for (const expression of [
    'fault AND',
    'nonsense = 1',
    'service("x"',
    '"a',
    'http.status = "x"',
    '(((',
    'a'.repeat(9000),
    `${'('.repeat(500)}ok`,
    'annotation. = 1',
    '§',
  ]) {
    await assert.rejects(found(observed, expression), (error: Error) => {
      assert.equal(error.name, 'InvalidRequestException');
      assert.match(error.message, /position \d+/);
      return true;
    });
  }
});

test('pages follow each other, newest first, without a gap', async (t) => {
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
  for await (const page of paginateGetTraceSummaries({ client: observed.xray }, lately())) {
    pages += 1;
    seen.push(...(page.TraceSummaries ?? []).map((summary) => summary.Id));
  }
  assert.equal(pages, 3);
  assert.deepEqual(seen, ids);
});

test('the window decides by start, or by activity when asked', async (t) => {
  const observed = await observe(t);
  const now = Date.now() / 1000;
  await put(observed, segment({ name: 'x', trace_id: newTraceId(), start_time: now - 600, end_time: now - 1 }));
  const window = { StartTime: new Date((now - 60) * 1000), EndTime: new Date(now * 1000) };
  const count = async (TimeRangeType: 'TraceId' | 'Event') =>
    (await observed.xray.send(new GetTraceSummariesCommand({ ...window, TimeRangeType }))).TraceSummaries?.length;
  assert.equal(await count('TraceId'), 0);
  assert.equal(await count('Event'), 1);
});
