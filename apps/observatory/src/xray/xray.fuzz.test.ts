import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleTrace, readDocument } from '@throughline/traces';
import fc from 'fast-check';
import { DEFAULT_IDENTITY } from '../aws/identity.ts';
import { xrayModel } from '../aws/model.ts';
import { openStore } from '../store/store.ts';
import { newTraceId, xrayId } from '../testing/documents.ts';
import { fuzz } from '../testing/fuzz.ts';
import { fullSegment, garbled } from '../testing/garbled.ts';
import { postRequest } from '../testing/request.ts';
import { matches } from './filter/evaluate.ts';
import { parseFilter } from './filter/parse.ts';
import { FilterError } from './filter/syntax.ts';
import { xrayOperations } from './operations.ts';
import { answerXRay } from './protocol.ts';

const trace_id = newTraceId();
const now = Math.floor(Date.now() / 1000);

/** For each operation a request that is right, or nearly. */
const REQUESTS: Record<string, object> = {
  PutTraceSegments: { TraceSegmentDocuments: [JSON.stringify(fullSegment(trace_id)), '[{}]'] },
  PutTelemetryRecords: { TelemetryRecords: [{ Timestamp: now, BackendConnectionErrors: { OtherCount: 1 } }] },
  BatchGetTraces: { TraceIds: [xrayId(trace_id), 'x'] },
  GetTraceSummaries: {
    StartTime: now - 60,
    EndTime: now,
    TimeRangeType: 'Event',
    Sampling: true,
    FilterExpression: 'fault',
    SamplingStrategy: { Name: 'FixedRate', Value: 0.5 },
    NextToken: 'WzEsImEiXQ',
  },
  GetServiceGraph: { StartTime: now - 60, EndTime: now, GroupName: 'Default', NextToken: 'WzFd' },
  GetTraceGraph: { TraceIds: [xrayId(trace_id)] },
  GetTimeSeriesServiceStatistics: {
    StartTime: now - 60,
    EndTime: now,
    Period: 10,
    EntitySelectorExpression: 'service("gateway")',
  },
  CreateGroup: { GroupName: 'g', FilterExpression: 'ok', InsightsConfiguration: {}, Tags: [] },
  UpdateGroup: { GroupName: 'g', FilterExpression: 'group.name = "g"' },
  DeleteGroup: { GroupName: 'g', GroupARN: 'arn' },
  GetGroup: { GroupName: 'g' },
  GetGroups: {},
  CreateSamplingRule: {
    SamplingRule: {
      RuleName: 'r',
      Priority: 1,
      FixedRate: 0.5,
      ReservoirSize: 1,
      Version: 1,
      Attributes: { a: 'b' },
      ResourceARN: '*',
      ServiceName: '*',
      ServiceType: '*',
      Host: '*',
      HTTPMethod: '*',
      URLPath: '*',
    },
  },
  UpdateSamplingRule: { SamplingRuleUpdate: { RuleName: 'r', FixedRate: 0.1, ReservoirSize: 2 } },
  DeleteSamplingRule: { RuleName: 'r' },
  GetSamplingRules: {},
  GetSamplingTargets: {
    SamplingStatisticsDocuments: [
      { RuleName: 'r', ClientID: 'a'.repeat(24), Timestamp: now, RequestCount: 1, SampledCount: 1, BorrowCount: 0 },
    ],
  },
  GetSamplingStatisticSummaries: { NextToken: 'WzEsImEiXQ' },
};

test('any request to X-Ray is answered, or refused in the shape of the protocol', async (t) => {
  const store = openStore(undefined);
  t.after(() => store.close());
  const { write, read } = xrayOperations(store, 'all', DEFAULT_IDENTITY, Date.now);
  const requests = fc
    .constantFrom(...Object.entries(REQUESTS))
    .chain(([name, body]) => fc.tuple(fc.constant(name), garbled(body)));
  await fuzz(t, requests, async ([name, body]) => {
    const path = xrayModel.operations[name]?.path ?? '';
    const reply = await answerXRay(postRequest(path, JSON.stringify(body) ?? '', {}), path, { ...write, ...read });
    const error = reply.headers?.['x-amzn-errortype'];
    if (reply.status === 200) assert.equal(typeof JSON.parse(String(reply.body)), 'object');
    else assert.ok(error === 'InvalidRequestException' || error === 'SerializationException', `${name} ${error}`);
  });
});

/** True of every trace, and asks for everything of it. */
const EITHER =
  'rootcause.fault.service {name = "x"} OR json = #[{}] OR edge() {ok} OR service() {annotation[a] = 1} OR user';
const TAUTOLOGY = parseFilter(`${EITHER} OR !(${EITHER})`);

test('whatever document is taken can be read, summarized and drawn', async (t) => {
  const store = openStore(undefined);
  t.after(() => store.close());
  const { write, read } = xrayOperations(store, 'all', DEFAULT_IDENTITY, Date.now);
  const ask = async (name: string, body: object) => {
    const path = xrayModel.operations[name]?.path ?? '';
    const reply = await answerXRay(postRequest(path, JSON.stringify(body), {}), path, { ...write, ...read });
    assert.equal(reply.status, 200, `${name}: ${String(reply.body)}`);
  };
  const document = fc
    .constant(0)
    .map(newTraceId)
    .chain((id) => fc.tuple(fc.constant(id), garbled(fullSegment(id))));
  await fuzz(
    t,
    document,
    async ([id, body]) => {
      await ask('PutTraceSegments', { TraceSegmentDocuments: [JSON.stringify(body) ?? ''] });
      await ask('BatchGetTraces', { TraceIds: [id] });
      await ask('GetTraceGraph', { TraceIds: [id] });
      const trace = store.traces.trace(id);
      if (trace) assert.equal(matches(TAUTOLOGY, trace), true);
    },
    0.5,
  );
  await ask('GetTraceSummaries', { StartTime: now - 60, EndTime: now + 60 });
  await ask('GetServiceGraph', { StartTime: now - 60, EndTime: now + 60 });
});

const PIECES =
  `fault ok partial inferred remote root first last service edge id annotation annotation.a annotation[a] group.name
  rootcause.fault.service rootcause.fault.entity rootcause.error.exception rootcause.responsetime.entity rootcause.json json
  http.url http.status duration responsetime name type coverage index user message . [ ] ( ) { } "a" "a\\" " ! AND OR = != >= <
  7 -1e3 1e999 CONTAINS BEGINSWITH true : , account.id # #[] #[{"Services":[{"Name":"gateway"}]}] #{ \\ ü 🎫`.split(
    /\s+/,
  );

const { expression: readable } = fc.letrec<{ expression: string }>((again) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      'fault',
      'ok',
      'partial',
      'inferred',
      'root',
      'last',
      'http.url',
      'annotation[a]',
      'edge()',
      'service()',
    ),
    fc.constantFrom(
      'id(name: "gateway")',
      'json = #[{ "Services": [] }]',
      'http.status >= 500',
      'coverage < 0.5',
      'index = 1',
    ),
    fc.constantFrom(
      'user CONTAINS ""',
      'annotation.b != "y"',
      'type BEGINSWITH "AWS::"',
      'message ENDSWITH "o"',
      'duration > 1',
    ),
    again('expression').map((one) => `!${one}`),
    fc.tuple(again('expression'), again('expression')).map(([a, b]) => `(${a} AND ${b})`),
    fc.tuple(again('expression'), again('expression')).map(([a, b]) => `(${a} OR ${b})`),
    fc.tuple(again('expression'), again('expression')).map(([a, b]) => `(${a} ${b})`),
    again('expression').map((one) => `service("gateway") { ${one} }`),
    again('expression').map((one) => `edge("gateway", id(type: "Database::SQL")) { ${one} }`),
    again('expression').map((one) => `rootcause.fault.entity { ${one} }`),
    again('expression').map((one) => `rootcause.responsetime.service { ${one} }`),
  ),
}));

test('any filter expression is evaluated, or refused with a place', async (t) => {
  const trace = assembleTrace(readDocument(fullSegment(trace_id)));
  assert.ok(trace);
  const expressions = fc.oneof(
    { weight: 4, arbitrary: readable },
    { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((words) => words.join(' ')) },
    { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...PIECES), fc.nat(9000)).map(([word, n]) => word.repeat(n % 3000)),
    },
  );
  let evaluated = 0;
  await fuzz(t, expressions, (expression) => {
    try {
      const filter = parseFilter(expression);
      if (!JSON.stringify(filter).includes('"group"')) matches(filter, trace);
      evaluated += 1;
    } catch (error) {
      assert.ok(error instanceof FilterError, String(error));
      assert.match(error.message, /position \d+:/);
    }
  });
  t.diagnostic(`${evaluated} were evaluated`);
  assert.ok(evaluated > 0);
});
