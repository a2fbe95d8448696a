import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { decodeCbor, encodeCbor } from '../aws/cbor.ts';
import { fuzz } from '../testing/fuzz.ts';
import { postRequest } from '../testing/request.ts';
import { DEFAULT_IDENTITY } from '../aws/identity.ts';
import type { Reply } from '../http/reply.ts';
import { openStore } from '../store/store.ts';
import { evaluate } from './math/evaluate.ts';
import { parseMath } from './math/parse.ts';
import { MathError } from './math/syntax.ts';
import type { Series } from './math/value.ts';
import { metricsOperations } from './operations.ts';
import { answerMetrics, metricsProtocol } from './protocol.ts';

const now = Math.floor(Date.now() / 1000);
const OPERATIONS = ['PutMetricData', 'GetMetricData', 'ListMetrics', 'GetMetricStatistics', 'DescribeAlarms'];

/** Inputs that are nearly right. */
const double = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, 2 ** 361));
const name = fc.constantFrom('m', 'n', '', 'x'.repeat(300), 'AWS/x', ':x', 'ü', '\u0000');
const dimensions = fc.array(fc.record({ Name: name, Value: name }), { maxLength: 3 });
const datum = fc.record(
  {
    MetricName: name,
    Dimensions: dimensions,
    Value: double,
    Values: fc.array(double, { maxLength: 4 }),
    Counts: fc.array(double, { maxLength: 4 }),
    StatisticValues: fc.record({ SampleCount: double, Sum: double, Minimum: double, Maximum: double }),
    Unit: fc.constantFrom('Count', 'None', 'Miles'),
    Timestamp: fc.constantFrom<unknown>(now, now - 60, 0, 1e18, 'x', '2026-01-01T00:00:00Z'),
    StorageResolution: fc.constantFrom(1, 60, 7),
  },
  { requiredKeys: ['MetricName'] },
);
const query = fc.record(
  {
    Id: fc.constantFrom('m', 'e', 'M', ''),
    Expression: fc.constantFrom('m + 1', 'FILL(m, 0)', 'METRICS()', 'e', '('),
    MetricStat: fc.record({
      Metric: fc.record({ Namespace: name, MetricName: name, Dimensions: dimensions }),
      Period: fc.constantFrom(1, 60, 61, 3600, 2 ** 31),
      Stat: fc.constantFrom('Sum', 'p99', 'TM(1%:99%)', 'x'),
    }),
    ReturnData: fc.boolean(),
    Label: fc.constantFrom('${MAX}', "${PROP('Stat')}", '${'),
  },
  { requiredKeys: ['Id'] },
);
const input = fc.record(
  {
    Namespace: name,
    MetricName: name,
    MetricData: fc.array(datum, { maxLength: 3 }),
    MetricDataQueries: fc.array(query, { maxLength: 3 }),
    Dimensions: dimensions,
    StartTime: fc.constantFrom<unknown>(now - 3600, 0, now - 3600, 'x', 1e300),
    EndTime: fc.constantFrom<unknown>(now, now, -1, 1e15),
    Period: fc.constantFrom<unknown>(60, 1, 7, -1, 1e300),
    Statistics: fc.array(fc.constantFrom('Sum', 'Average', 'x'), { maxLength: 6 }),
    ExtendedStatistics: fc.array(fc.constantFrom('p50', 'tm99', 'x'), { maxLength: 2 }),
    NextToken: fc.constantFrom('', 'x', 'WzFd', 'WzAsLTFd'),
    MaxDatapoints: fc.constantFrom(1, 0, 1e9),
    Unit: fc.constantFrom('Count', 'x'),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  { weight: 3, arbitrary: input },
  fc.dictionary(fc.constantFrom('Namespace', 'MetricData', 'StartTime', 'Dimensions'), fc.jsonValue({ maxDepth: 3 })),
);

/** An input as the query protocol writes it. */
function flatten(value: unknown, at: string): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((item, index) => flatten(item, `${at}.member.${index + 1}`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, item]) => flatten(item, at ? `${at}.${key}` : key));
  }
  return [[at, String(value)]];
}

const notOurs = /InternalFailure/;

/** CloudWatch without a socket. */
function cloudWatch(t: TestContext): (url: string, body: string | Uint8Array, type: string) => Promise<Reply> {
  const store = openStore(undefined);
  t.after(() => store.close());
  const { write, read } = metricsOperations(store.metrics, DEFAULT_IDENTITY, Date.now);
  return async (url, body, type) => {
    const request = postRequest(url, body, { 'content-type': type });
    const protocol = metricsProtocol(request);
    assert.ok(protocol);
    return answerMetrics(request, protocol, { ...write, ...read });
  };
}

test('any form is answered or refused in XML', async (t) => {
  const ask = cloudWatch(t);
  await fuzz(t, fc.tuple(fc.constantFrom(...OPERATIONS), body, fc.string()), async ([Action, members, tail]) => {
    const form = new URLSearchParams([['Action', Action], ...flatten(members, '')]).toString();
    const type = 'application/x-www-form-urlencoded';
    const { status, body } = await ask('/', form + (tail.length > 8 ? `&${tail}` : ''), type);
    const text = String(body);
    assert.match(text, status === 200 ? /^<\w+Response / : /^<ErrorResponse .*<Code>\w+<\/Code>/s);
    assert.ok(status <= 413 && !notOurs.test(text), text);
  });
});

test('any CBOR, and any bytes, are answered or refused in CBOR', async (t) => {
  const ask = cloudWatch(t);
  const bytes = fc.oneof(
    { weight: 4, arbitrary: body.map((members) => encodeCbor(members)) },
    {
      weight: 2,
      arbitrary: fc.tuple(body, fc.nat(), fc.nat(255)).map(([members, at, byte]) => spoilt(members, at, byte)),
    },
    fc.uint8Array({ maxLength: 64 }),
  );
  await fuzz(t, fc.tuple(fc.constantFrom(...OPERATIONS), bytes), async ([operation, sent]) => {
    const path = `/service/GraniteServiceVersion20100801/operation/${operation}`;
    const { status, body } = await ask(path, sent, 'application/cbor');
    const answer = decodeCbor(Buffer.from(body)) as Record<string, unknown>;
    assert.ok(status === 200 || (status === 400 && typeof answer['__type'] === 'string'));
    assert.doesNotMatch(String(answer['__type']), notOurs);
  });
});

function spoilt(members: object, at: number, byte: number): Buffer {
  const bytes = encodeCbor(members);
  bytes[at % bytes.length] = byte;
  return bytes;
}

const PIECES =
  'm n list x 1 0 2.5 1e3 + - * / ^ < >= == != AND || ( ) [ ] , "m" " SUM( AVG( MAX([ IF( FILL( RATE( METRICS( REPEAT LINEAR SORT( SLICE( TIME_SERIES( PERIOD( HOUR( REMOVE_EMPTY( RUNNING_SUM( STDDEV( FOO( ü';
const piece = fc.constantFrom(...PIECES.split(' '));
const calls = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('m', 'n', 'list', '1', '0', '-2.5', 'REPEAT', 'DESC', '"m"'),
    fc
      .tuple(
        fc.constantFrom(
          'SUM',
          'AVG',
          'MIN',
          'MAX',
          'STDDEV',
          'IF',
          'FILL',
          'RATE',
          'DIFF',
          'SORT',
          'SLICE',
          'FIRST',
          'LAST',
          'METRICS',
          'TIME_SERIES',
          'LOG',
          'DAY',
        ),
        fc.array(tie('expression'), { maxLength: 4 }),
      )
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '^', '<', '==', 'AND', 'OR'), tie('expression'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.array(tie('expression'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
  ),
})).expression;

function series(label: string, points: [number, number][]): Series {
  return { label, period_s: 60, points: new Map(points) };
}

test('any expression is evaluated or refused', async (t) => {
  const m = series(
    'm',
    [0, 1, 2, 4].map((at) => [now + at * 60, at - 1]),
  );
  const n = series(
    'n',
    [1, 2, 3].map((at) => [now + at * 60, at * 1e200]),
  );
  const known = new Map<string, Series | Series[]>([
    ['m', m],
    ['n', n],
    ['list', [m, n, series('none', [])]],
  ]);
  const text = fc.oneof(
    fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(' ')),
    calls,
    fc.string(),
  );
  await fuzz(t, text, (expression) => {
    let left = 3_000_000;
    const spend = (points: number) => {
      left -= points;
      if (left < 0) throw new MathError('too many points');
    };
    const timeline = { from_s: now, to_s: now + 3600, period_s: 60, spend };
    try {
      const value = evaluate(parseMath(expression), { timeline, lookup: (id) => known.get(id), metrics: () => [m, n] });
      for (const one of typeof value === 'object' ? [value].flat() : []) {
        for (const number of one.points.values()) assert.ok(Number.isFinite(number));
      }
    } catch (error) {
      assert.ok(error instanceof MathError, String(error));
    }
  });
});
