import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  parseTraceparent,
  parseXrayHeader,
  resolveContext,
  toCarrier,
  toXrayHeader,
  type RemoteContext,
} from './context.ts';

const A = '5759e988bd862e3fe1be46a994272793';
const B = '1111111111111111aaaaaaaaaaaaaaaa';
const root = (id: string): string => `Root=1-${id.slice(0, 8)}-${id.slice(8)}`;
const P = '53995c3f42cd8ad8';
const Q = '00f067aa0ba902b7';
const w3c = (id: string, parent = P, flags = '01'): string => `00-${id}-${parent}-${flags}`;

describe('which header wins', () => {
  const rows: [string, string | undefined, string | undefined, RemoteContext | undefined][] = [
    ['no header: a new trace', undefined, undefined, undefined],
    ['traceparent alone is continued', w3c(A), undefined, { traceId: A, parentId: P, sampled: true }],
    [
      'X-Ray alone is continued',
      undefined,
      `${root(A)};Parent=${Q};Sampled=1`,
      { traceId: A, parentId: Q, sampled: true },
    ],
    ['Root alone is continued, with no parent and undecided', undefined, root(A), { traceId: A }],
    ['Root and Sampled=0 continue, decided', undefined, `${root(A)};Sampled=0`, { traceId: A, sampled: false }],
    ['Sampled=? leaves the decision to us', undefined, `${root(A)};Parent=${Q};Sampled=?`, { traceId: A, parentId: Q }],
    ["one id: X-Ray's parent", w3c(A), `${root(A)};Parent=${Q};Sampled=1`, { traceId: A, parentId: Q, sampled: true }],
    [
      "one id: X-Ray's decision",
      w3c(A),
      `${root(A)};Parent=${Q};Sampled=0`,
      { traceId: A, parentId: Q, sampled: false },
    ],
    [
      "one id, X-Ray undecided: traceparent's decision",
      w3c(A, P, '00'),
      `${root(A)};Parent=${Q}`,
      { traceId: A, parentId: Q, sampled: false },
    ],
    ["one id, Root alone: traceparent's parent", w3c(A), root(A), { traceId: A, parentId: P, sampled: true }],
    ['ids differ: traceparent', w3c(A), `${root(B)};Parent=${Q};Sampled=0`, { traceId: A, parentId: P, sampled: true }],
    ["ids differ: traceparent over an ALB's Root", w3c(A), root(B), { traceId: A, parentId: P, sampled: true }],
    [
      'a malformed traceparent gives way to X-Ray',
      w3c('x'),
      `${root(B)};Parent=${Q};Sampled=1`,
      { traceId: B, parentId: Q, sampled: true },
    ],
    [
      'a malformed X-Ray header gives way to traceparent',
      w3c(A),
      'Root=nonsense',
      { traceId: A, parentId: P, sampled: true },
    ],
    ['both malformed: a new trace', '00-0-0-0', 'Root=1-2-3;Parent=4', undefined],
  ];
  for (const [name, traceparent, xray, expected] of rows) {
    it(name, () => {
      assert.deepEqual(resolveContext({ traceparent, 'x-amzn-trace-id': xray }), expected);
    });
  }
});

describe('a traceparent', () => {
  it('is malformed when it breaks the W3C grammar', () => {
    const zeros = '0'.repeat(32);
    for (const header of [
      '',
      ' ',
      '00',
      w3c(A.toUpperCase()),
      w3c(A, P.toUpperCase()),
      w3c(zeros),
      w3c(A, '0'.repeat(16)),
      w3c(A, P, '1'),
      w3c(A, P, 'zz'),
      w3c(A, P, '01-extra'),
      `ff-${A}-${P}-01`,
      `0-${A}-${P}-01`,
      `${w3c(A)}, ${w3c(B)}`,
      `${w3c(A)}\n`.repeat(2),
      'x'.repeat(16_000),
      `00-${A}-${P}-01`.repeat(500),
    ]) {
      assert.equal(parseTraceparent(header), undefined, header);
    }
  });

  it('of a later version is read by its first four fields, and by its sampled bit alone', () => {
    assert.deepEqual(parseTraceparent(`01-${A}-${P}-03-more`), { traceId: A, parentId: P, sampled: true });
    assert.deepEqual(parseTraceparent(`cc-${A}-${P}-02`), { traceId: A, parentId: P, sampled: false });
    assert.equal(parseTraceparent(`01-${A}-${P}-03more`), undefined);
  });
});

describe('an X-Ray header', () => {
  it('is read in any order, with spaces, and with the fields that AWS adds', () => {
    const header = `Self=1-67891234-12456789abcdef012345678; Sampled=1;Lineage=a:1|b:2 ;Parent=${P} ; ${root(A)}`;
    assert.deepEqual(parseXrayHeader(header), { traceId: A, parentId: P, sampled: true });
  });

  it('is malformed without a usable Root, and undecided or without a parent where these are malformed', () => {
    for (const header of [
      '',
      ';;;',
      '=',
      'Root',
      'Root=',
      'Root=1-5759e988',
      `Root=2-${A}`,
      root('0'.repeat(32)),
      `${root(A)}0`,
    ]) {
      assert.equal(parseXrayHeader(header), undefined, header);
    }
    for (const field of [
      'Parent=',
      'Parent=xyz',
      `Parent=${'0'.repeat(16)}`,
      'Sampled=2',
      'Sampled=true',
      'Sampled=',
    ]) {
      assert.deepEqual(parseXrayHeader(`${root(A)};${field}`), { traceId: A }, field);
    }
    for (const name of ['constructor', 'toString', '__proto__']) {
      assert.deepEqual(parseXrayHeader(`${root(A)};Sampled=${name};${name}=1`), { traceId: A }, name);
    }
  });
});

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16)),
      { minLength: length, maxLength: length },
    )
    .map((digits) => digits.join(''))
    .filter((id) => !/^0+$/.test(id));

describe('any context', () => {
  it('is read back from either header, and from both, as it was written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.boolean(), (traceId, parentId, sampled) => {
        const context = { traceId, parentId, sampled };
        const carrier = toCarrier(context);
        assert.deepEqual(resolveContext(carrier), context);
        assert.deepEqual(parseTraceparent(carrier.traceparent), context);
        assert.deepEqual(parseXrayHeader(carrier['x-amzn-trace-id']), context);
        assert.deepEqual(parseXrayHeader(toXrayHeader({ traceId })), { traceId });
      }),
    );
  });

  it('is well formed or absent, whatever the headers say', () => {
    const piece = fc.constantFrom(
      'Root=',
      'Parent=',
      'Sampled=',
      ';',
      '-',
      '1-',
      '00-',
      A,
      P,
      root(A),
      w3c(B),
      '0',
      '1',
      '=',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, text, (traceparent, xray) => {
        const context = resolveContext({ traceparent, 'x-amzn-trace-id': xray });
        if (!context) return;
        assert.match(context.traceId, /^[0-9a-f]{32}$/);
        assert.match(context.parentId ?? P, /^[0-9a-f]{16}$/);
        assert.ok([true, false, undefined].includes(context.sampled));
      }),
      { numRuns: 2_000 },
    );
  });
});
