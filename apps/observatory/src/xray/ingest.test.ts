import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchGetTracesCommand, PutTelemetryRecordsCommand, PutTraceSegmentsCommand } from '@aws-sdk/client-xray';
import { conforms } from '../testing/conformance.ts';
import { newId, newTraceId, otlpJson, segment, xrayId } from '../testing/documents.ts';
import { observe, type Observed } from '../testing/observe.ts';
import { put, refused } from '../testing/traces.ts';

const unprocessed = async ({ xray }: Observed, ...documents: string[]) => {
  const answer = await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: documents }));
  return answer.UnprocessedTraceSegments?.map(({ Id, ErrorCode, Message }) => [Id, ErrorCode, Message]);
};

conforms('PutTraceSegments', 'names what it does not take, and why, and takes the rest', async (t) => {
  const observed = await observe(t);
  const good = segment({ name: 'x', trace_id: newTraceId() });
  const bad = (members: object) => JSON.stringify({ ...good, ...members });
  const why = (code: string, Id: string | null = good.id) => [
    Id ?? undefined,
    code,
    `Invalid segment. ErrorCode: ${code}`,
  ];
  const cases: [string, (string | undefined)[]][] = [
    ['{', why('ParseError', null)],
    ['[]', why('MissingId', null)],
    [bad({ id: undefined }), why('MissingId', null)],
    [bad({ id: 'x' }), why('InvalidId', 'x')],
    [bad({ trace_id: undefined }), why('MissingTraceId')],
    [bad({ trace_id: '1-2-3' }), why('InvalidTraceId')],
    [bad({ name: '' }), why('InvalidName')],
    [bad({ name: 'x'.repeat(201) }), why('InvalidName')],
    [bad({ start_time: 'now' }), why('InvalidStartTime')],
    [bad({ end_time: undefined }), why('MissingEndTime')],
    [bad({ parent_id: 'no' }), why('InvalidParentId')],
    [bad({ type: 'subsegment' }), why('MissingParentId')],
    [bad({ metadata: { default: { filler: 'x'.repeat(66_000) } } }), why('SizeLimitExceeded', null)],
  ];
  assert.deepEqual(
    await unprocessed(observed, ...cases.map(([text]) => text), JSON.stringify(good)),
    cases.map(([, wanted]) => wanted),
  );
  const { Traces } = await observed.xray.send(new BatchGetTracesCommand({ TraceIds: [good.trace_id] }));
  assert.equal(Traces?.[0]?.Segments?.length, 1);
});

conforms('PutTraceSegments', 'takes a list of subsegments as one document', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const subsegment = (name: string) => ({ ...segment({ name, trace_id }), type: 'subsegment', parent_id: newId() });
  const list = [subsegment('a'), subsegment('b')];
  assert.deepEqual(await unprocessed(observed, JSON.stringify(list)), []);
  const { Traces } = await observed.xray.send(new BatchGetTracesCommand({ TraceIds: [xrayId(trace_id)] }));
  assert.deepEqual(
    Traces?.[0]?.Segments?.map((one) => one.Id),
    list.map(({ id }) => id),
  );
});

conforms('PutTraceSegments', 'takes 64 kB, fifty documents at once, and ids that hold no time', async (t) => {
  const observed = await observe(t);
  const empty = segment({ name: 'x', trace_id: 'f'.repeat(32), metadata: { default: { filler: '' } } });
  const filler = 'x'.repeat(65_536 - JSON.stringify(empty).length);
  const full = { ...empty, metadata: { default: { filler } } };
  const documents = Array.from({ length: 49 }, () => segment({ name: 'x', trace_id: newTraceId() }));
  await put(observed, full, ...documents);
});

conforms('PutTraceSegments', 'refuses a request without documents', async (t) => {
  const { xray, post } = await observe(t);
  await refused(
    xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: undefined })),
    'InvalidRequestException',
    /'traceSegmentDocuments' failed to satisfy constraint: Member must not be null/,
  );
  const response = await post('/TraceSegments', { TraceSegmentDocuments: [1] });
  assert.deepEqual([response.status, response.headers.get('x-amzn-errortype')], [400, 'SerializationException']);
});

conforms('PutTelemetryRecords', "takes a daemon's records and refuses what the model does", async (t) => {
  const { xray } = await observe(t);
  const record = { Timestamp: new Date(), SegmentsReceivedCount: 1, BackendConnectionErrors: { OtherCount: 0 } };
  const send = (input: { Hostname?: string }) =>
    xray.send(new PutTelemetryRecordsCommand({ TelemetryRecords: [record], ...input }));
  await send({ Hostname: 'here' });
  await refused(
    send({ Hostname: 'x'.repeat(256) }),
    'InvalidRequestException',
    /'hostname'.*less than or equal to 255/,
  );
});

conforms('BatchGetTraces', 'gives documents back as they were sent, and names ids it does not know', async (t) => {
  const observed = await observe(t);
  const trace_id = newTraceId();
  const text = JSON.stringify(
    segment({ name: 'x', trace_id, metadata: { default: { a: [1, { b: null }] } } }),
    null,
    1,
  );
  assert.deepEqual(await unprocessed(observed, text), []);
  const unknown = xrayId(newTraceId());
  const answer = await observed.xray.send(
    new BatchGetTracesCommand({ TraceIds: [xrayId(trace_id), unknown, 'no id'] }),
  );
  assert.deepEqual([answer.Traces?.length, answer.Traces?.[0]?.LimitExceeded], [1, false]);
  assert.equal(answer.Traces?.[0]?.Segments?.[0]?.Document, text);
  assert.ok(Math.abs((answer.Traces?.[0]?.Duration ?? 0) - 0.05) < 1e-5);
  assert.deepEqual(answer.UnprocessedTraceIds, [unknown, 'no id']);
  const byHex = await observed.xray.send(new BatchGetTracesCommand({ TraceIds: [trace_id] }));
  assert.equal(byHex.Traces?.[0]?.Id, xrayId(trace_id));
});

conforms('BatchGetTraces', 'gives an OTLP span as the document that it translates to', async (t) => {
  const { post, xray } = await observe(t);
  const [traceId, spanId] = [newTraceId(), newId()];
  const sent = await post('/v1/traces', otlpJson('seats', { traceId, spanId, kind: 2 }), { authorization: 'AWS4 any' });
  assert.equal(sent.status, 200);
  const { Traces } = await xray.send(new BatchGetTracesCommand({ TraceIds: [xrayId(traceId)] }));
  const document = JSON.parse(Traces?.[0]?.Segments?.[0]?.Document ?? '') as Record<string, unknown>;
  assert.deepEqual([document['id'], document['name'], document['trace_id']], [spanId, 'seats', xrayId(traceId)]);
});

conforms('BatchGetTraces', 'takes five ids', async (t) => {
  const { xray } = await observe(t);
  const TraceIds = Array.from({ length: 6 }, () => xrayId(newTraceId()));
  const batch = (ids: string[], NextToken?: string) =>
    xray.send(new BatchGetTracesCommand({ TraceIds: ids, NextToken }));
  await refused(batch(TraceIds), 'InvalidRequestException', /Exceeding maximum query size: 5/);
  await refused(batch(['x'.repeat(36)]), 'InvalidRequestException', /'traceIds.1.member'.*less than or equal to 35/);
  await refused(batch([], 'x'), 'InvalidRequestException', /NextToken/);
  assert.deepEqual((await batch([])).Traces, []);
});

test('a body that is no JSON object cannot be read', async (t) => {
  const { post } = await observe(t);
  for (const body of ['[]', '{', '"x"', { TraceIds: 'x' }, { TraceIds: [1] }]) {
    const response = await post('/Traces', body);
    assert.equal(response.status, 400);
    assert.equal(response.headers.get('x-amzn-errortype'), 'SerializationException');
  }
});

test('the daemon port offers what a daemon needs and nothing to read', async (t) => {
  const { post, observatory } = await observe(t);
  const onDaemon = (path: string, body: object) => post(path, body, {}, observatory.daemonPort);
  const document = JSON.stringify(segment({ name: 'x', trace_id: newTraceId() }));
  assert.equal((await onDaemon('/TraceSegments', { TraceSegmentDocuments: [document] })).status, 200);
  assert.equal((await onDaemon('/GetSamplingRules', {})).status, 200);
  assert.equal((await onDaemon('/SamplingTargets', { SamplingStatisticsDocuments: [] })).status, 200);
  assert.equal((await onDaemon('/TelemetryRecords', { TelemetryRecords: [] })).status, 200);
  for (const path of ['/Traces', '/CreateSamplingRule', '/Groups'])
    assert.equal((await onDaemon(path, {})).status, 404);
});
