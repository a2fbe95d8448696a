import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePattern } from './pattern.ts';
import { PatternError } from './scanner.ts';

const TRACE = '4efaaf4d1e8720b39541901950019ee5';

function matching(pattern: string, messages: readonly string[]): number[] {
  const parsed = parsePattern(pattern);
  return messages.flatMap((message, index) => (!parsed || parsed.matches(message) ? [index] : []));
}

function check(messages: readonly string[], cases: readonly [pattern: string, wanted: number[]][]): void {
  for (const [pattern, wanted] of cases) assert.deepEqual(matching(pattern, messages), wanted, pattern);
}

test('terms: all of these, any of these, none of these, in their own case', () => {
  check(
    ['[ERROR 400] BAD REQUEST', '[ERROR 401] UNAUTHORIZED REQUEST', '[ERROR 419] MISSING ARGUMENTS', 'ok "hi"'],
    [
      ['', [0, 1, 2, 3]],
      ['""', [0, 1, 2, 3]],
      ['ERROR', [0, 1, 2]],
      ['error', []],
      ['ERROR REQUEST', [0, 1]],
      ['?BAD ?MISSING', [0, 2]],
      ['ERROR -ARGUMENTS', [0, 1]],
      ['-"ERROR 4"', [3]],
      ['"[ERROR 400]"', [0]],
      ['"\\"hi\\""', [3]],
      ['ERROR ?MISSING', [0, 1, 2]],
      ['%40[0-9]%', [0, 1]],
      ['ERROR -%40\\d%', [2]],
      ['?%419% ?BAD', [0, 2]],
    ],
  );
});

test('space-delimited words, by name and place', () => {
  check(
    [
      '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534',
      '127.0.0.1 Prod frank [10/Oct/2000:13:35:22 -0700] "GET /about-us HTTP/1.0" 500 5324',
      '10.0.0.9 Test anna [10/Oct/2000:13:50:35 -0700] "GET /items.html HTTP/1.0" 200 99',
      'WARN slow',
    ],
    [
      ['[ip, user, name, time, request, status, bytes]', [0, 1, 2]],
      ['[ip, user, name, time, request = *.html*, status = 4*, bytes]', [0]],
      ['[..., status = 4*, bytes]', [0]],
      ['[..., status=200 || status = 500, bytes]', [1, 2]],
      ['[..., (status=4* || status = 5*) && status != 404, bytes]', [1]],
      ['[..., bytes > 1000]', [0, 1]],
      ['[..., bytes>=1534 && bytes<5324]', [0]],
      ['[ip=127.0.0.*, ...]', [0, 1]],
      ['[ip=%127\\.0\\.0\\.[1-9]%, ...]', [0, 1]],
      ['[ip, ..., bytes = 99]', [2]],
      ['[level = WARN, text]', [3]],
      ['[level != "WARN", text]', []],
      ['[,text]', [3]],
      ['[a]', []],
      ['[...]', [0, 1, 2, 3]],
      ['[..., time = "10/Oct/2000:13:25:15 -0700", request, , bytes]', [0]],
    ],
  );
});

test('JSON: members, numbers, wildcards, null, absence, truth, arrays, regular expressions', () => {
  const messages = [
    '{"eventType":"UpdateTrail","ip":"111.111.111.111","items":["x","y"],"list":[{"name":"a","id":1},{"name":"b","id":2}],"some":null,"flag":true}',
    '{"eventType":"Other","ip":"123.123.1.2","n":75.5,"e":1e3,"deep":{"a.b":{"c":-2}},"flag":false}',
    'no JSON UpdateTrail',
    '[{"n":1}]',
    '  {"n":"75","status":200}',
  ];
  check(messages, [
    ['{ $.eventType = "UpdateTrail" }', [0]],
    ['{$.eventType="Update*"}', [0]],
    ['{ $.eventType = *T* }', [0]],
    ['{ $.eventType = * }', [0, 1]],
    ['{ $.ip != 123.123.* }', [0]],
    ['{ $.items[0] = "x" }', [0]],
    ['{ $.items[*] = "y" }', [0]],
    ['{ $.items[9] = "x" }', []],
    ['{ $.list[1].id = 2 }', [0]],
    ['{ $.list[*].name = b }', [0]],
    ['{ $.some IS NULL }', [0]],
    ['{ $.none NOT EXISTS }', [0, 1, 3, 4]],
    ['{ $.flag IS TRUE }', [0]],
    ['{ $.flag is false }', [1]],
    ['{ $.n > 75 }', [1]],
    ['{ $.n >= 75 }', [1, 4]],
    ['{ $.n < 1e2 }', [1, 4]],
    ['{ $.e = 1000 }', [1]],
    ["{ $.deep.['a.b'].c = -2 }", [1]],
    ['{ $.deep["a.b"].* = -2.0 }', [1]],
    ['{ $[0].n = 1 }', [3]],
    ['{ $.status = 2* }', [4]],
    ['{ $.eventType = %^Up.*il$% }', [0]],
    ['{ $.eventType != %^Up% }', [1]],
    ['{ $.eventType = "Other" && $.n > 100 || $.flag IS TRUE }', [0]],
    ['{ $.eventType = "Other" && ($.n > 100 || $.flag IS FALSE) }', [1]],
    ['{ ($.eventType = "UpdateTrail") && ($.items[0] = "x") && ($.user NOT EXISTS) }', [0]],
    ['{ $.list != "x" }', [0]],
    ['{ $.toString = * }', []],
  ]);
});

test('a pattern that only messages of one trace can match tells its id', () => {
  assert.equal(parsePattern(TRACE)?.traceId, TRACE);
  assert.equal(parsePattern(`"1-${TRACE.slice(0, 8)}-${TRACE.slice(8)}" x`)?.traceId, TRACE);
  assert.equal(parsePattern(`{ $.level = "error" && $.trace_id = "${TRACE}" }`)?.traceId, TRACE);
  assert.equal(parsePattern(`{ $.level = "error" || $.trace_id = "${TRACE}" }`)?.traceId, undefined);
  assert.equal(parsePattern(`{ $.trace_id != "${TRACE}" }`)?.traceId, undefined);
  assert.equal(parsePattern(`-${TRACE} x`)?.traceId, undefined);
});

test('what cannot be read is told with its place', () => {
  const wrong: [string, RegExp][] = [
    ['a-b', /Invalid character\(s\) in term 'a-b'/],
    ['"open', /character 1/],
    ['a"b"', /character 2/],
    ['- a', /expected a term at character 2/],
    ['%(%', /no regular expression/],
    ['%a(?=b)%', /no regular expression/],
    ['%a% %b% %c%', /more than 2/],
    ['{', /character 2/],
    ['{ }', /expected \$/],
    ['{ $ = 1 }', /member/],
    ['{ $.a }', /operator/],
    ['{ $.a = }', /value/],
    ['{ $.a > x }', /> needs a number/],
    ['{ $.a = 1 } x', /end/],
    ['{ $.a = 1 && }', /expected \$/],
    ['{ ($.a = 1 }', /expected \)/],
    [`{ ${'('.repeat(100)}$.a = 1 }`, /too deep/],
    ['[a, b', /operator/],
    ['[a, ..., ...]', /second/],
    ['[a = 1 && b = 2]', /no field b/],
    ['[a =]', /value/],
    ['x'.repeat(1025), /1024/],
  ];
  for (const [pattern, reason] of wrong) {
    assert.throws(
      () => parsePattern(pattern),
      (error) => error instanceof PatternError && reason.test(error.message),
      pattern,
    );
  }
});

test('no message and no expression takes a second', () => {
  const long = 'ab'.repeat(500_000);
  const patterns = [
    '%(a|b)*a(a|b){100}[cd]%',
    '%(.{0,100}a.{0,100}b){4}[cd]%',
    '[w = *a*b*a*c]',
    '{ $.a = *a*b* }',
    'abc',
  ];
  for (const pattern of patterns) {
    for (const message of [long, '['.repeat(500_000), '[ '.repeat(500_000), '" '.repeat(499_999)]) {
      const start = performance.now();
      parsePattern(pattern)?.matches(message);
      assert.ok(performance.now() - start < 1000, pattern);
    }
  }
});
