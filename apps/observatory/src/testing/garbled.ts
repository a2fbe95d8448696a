import fc from 'fast-check';
import { newId, segment } from './documents.ts';

/** A JSON value in which some parts are not what they should be. */
export function garbled(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    { maxDepth: 2 },
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(NaN, -1, 1e300, '', []),
  );
  return fc
    .array(fc.tuple(fc.nat(), other, fc.boolean()), { maxLength: 3 })
    .map((changes) =>
      changes.reduce((whole, [at, part, drop]) => replaceAt(whole, { left: at % 64 }, part, drop), value),
    );
}

function replaceAt(value: unknown, count: { left: number }, part: unknown, drop: boolean): unknown {
  if (count.left-- === 0) return part;
  if (Array.isArray(value)) return value.map((one) => replaceAt(one, count, part, drop));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, one]) => {
    const gone = drop && count.left === 0;
    return [key, gone ? undefined : replaceAt(one, count, part, drop)];
  });
  return Object.fromEntries(members) as unknown;
}

/** A segment document with something of everything. */
export function fullSegment(trace_id: string): object {
  const start = Date.now() / 1000 - 1;
  const at = { start_time: start, end_time: start + 0.5 };
  const http = { request: { method: 'POST', url: 'http://shop/a?b=c' }, response: { status: 503 } };
  const exception = { id: newId(), type: 'E', message: 'no', stack: [{ path: 'a.js', line: 1, label: 'f' }] };
  return segment({
    name: 'gateway',
    trace_id,
    http,
    fault: true,
    user: 'u',
    origin: 'AWS::EC2::Instance',
    parent_id: newId(),
    aws: { account_id: '1', ec2: { instance_id: 'i' }, xray: { sdk: 'X-Ray for Node.js' } },
    cause: { exceptions: [exception] },
    annotations: { a: 1, b: 'x', c: true },
    metadata: { default: { operation: 'x' }, otel: { kind: 'server', name: 'x' } },
    links: [{ trace_id: `1-${'a'.repeat(8)}-${'b'.repeat(24)}`, id: newId() }],
    subsegments: [
      { id: newId(), name: 'DynamoDB', namespace: 'aws', aws: { operation: 'PutItem', table_name: 't' }, ...at },
      { id: newId(), name: 'db', namespace: 'remote', sql: { sanitized_query: 'SELECT 1 FROM a' }, ...at },
    ],
  });
}
