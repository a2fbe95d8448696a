import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { logsModel } from '../aws/model.ts';
import { fuzz } from '../testing/fuzz.ts';
import { GROUP, STREAM } from '../testing/log-lines.ts';
import { postRequest } from '../testing/request.ts';
import { DEFAULT_IDENTITY } from '../aws/identity.ts';
import { openStore } from '../store/store.ts';
import { logsOperations } from './operations.ts';
import { parsePattern } from './pattern/pattern.ts';
import { PatternError } from './pattern/scanner.ts';
import { answerLogs } from './protocol.ts';

const OPERATIONS = Object.entries(logsModel.operations).flatMap(([name, { input }]) => (input ? [name] : []));
const MEMBERS = [...new Set(OPERATIONS.flatMap((name) => membersOf(name)))];

function membersOf(operation: string): string[] {
  const shape = logsModel.operations[operation]?.input ?? '';
  return Object.keys(logsModel.shapes[shape]?.members ?? {});
}

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    GROUP,
    STREAM,
    0,
    1,
    -1,
    1e300,
    Date.now(),
    '',
    null,
    {},
    [],
    [null],
    [{}],
    'x'.repeat(2000),
  ),
  fc.array(fc.record({ timestamp: fc.oneof(fc.nat(), fc.constant(Date.now())), message: fc.string() }), {
    maxLength: 3,
  }),
);

test('any logs request is answered or refused in the shape of the protocol', async (t) => {
  const store = openStore(undefined);
  t.after(() => store.close());
  const { write, read } = logsOperations(store.logs, DEFAULT_IDENTITY, Date.now);
  const { group, stream } = await store.logs.ensureStream(GROUP, STREAM, Date.now());
  await store.logs.put(group, stream, [{ timestamp_ms: Date.now(), message: '{"b":1}' }], Date.now());
  const target = { logGroupName: GROUP, logStreamName: STREAM };
  const input = fc.record({
    operation: fc.constantFrom(...OPERATIONS.filter((name) => name !== 'DeleteLogGroup')),
    members: fc.dictionary(fc.constantFrom(...MEMBERS), values, { maxKeys: 4 }),
    aimed: fc.boolean(),
  });
  await fuzz(t, input, async ({ operation, members, aimed }) => {
    const request = postRequest('/', JSON.stringify(aimed ? { ...target, ...members } : members), {});
    const reply = await answerLogs(request, `Logs_20140328.${operation}`, { ...write, ...read });
    const body = JSON.parse(String(reply.body)) as Record<string, unknown>;
    assert.ok(reply.status === 200 || (reply.status === 400 && typeof body['__type'] === 'string'), operation);
    assert.notEqual(body['__type'], 'InternalFailure');
  });
});

const PIECES =
  `a ERROR " "q" ? - % %a+% %(a|b)*c% { } [ ] ( ) $ $.a $.b[0] . , ... = != < >= 1 1e3 * a*b && || IS NULL NOT EXISTS TRUE ['x'] \\ w1 \u0000 ü 🎫`.split(
    ' ',
  );
const piece = fc.constantFrom(...PIECES, 'IS NULL', 'IS TRUE', 'NOT EXISTS', ' ');
const patterns = fc.oneof(
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' ')),
  fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 10 }).map((pieces) => `{ $.a = 1 && ${pieces.join(' ')} }`),
  fc.array(piece, { maxLength: 10 }).map((pieces) => `[w1, ${pieces.join(' ')}]`),
  fc.string({ maxLength: 1100 }),
  fc.string({ maxLength: 40 }).map((regex) => `%${regex}%`),
);
const messages = fc.oneof(
  fc.string(),
  fc.json({ maxDepth: 3 }),
  fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(' ')),
  fc.constantFrom('ab'.repeat(50_000), '['.repeat(50_000), '{"a":'.repeat(5000), '{"a":1}'),
);

test('any filter pattern is read or refused, and decides on any message', async (t) => {
  await fuzz(t, fc.tuple(patterns, messages), ([pattern, message]) => {
    try {
      const parsed = parsePattern(pattern);
      if (parsed) assert.equal(typeof parsed.matches(message), 'boolean');
    } catch (error) {
      assert.ok(error instanceof PatternError, String(error));
      assert.ok(error.message.length > 10);
    }
  });
});
