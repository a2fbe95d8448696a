import { crossings, type NodeKind, type Place, type Sdk, type Trace } from '@throughline/traces';
import { title, type Line, type Piece } from './paint.ts';
import { layTree, type Tree } from './tree.ts';
import { clean } from './text.ts';

const MARKS: Record<NodeKind, string> = {
  client: '',
  service: '',
  http: '→ ',
  sql: '▥ ',
  dynamodb: '▤ ',
  sqs: '≋ ',
  aws: '◇ ',
};
const COLOURS = { http: 'blue', sql: 'green', dynamodb: 'yellow', sqs: 'magenta', aws: 'cyan' } as const;

interface Node {
  readonly place: Place;
  readonly calls: Map<string, { count: number; failed: boolean }>;
  called: boolean;
}

const keyOf = ({ kind, name }: Place): string => `${kind} ${name}`;

/** Who called whom, as trees from left to right: one for what the caller waits for, then one for each queue. */
export function serviceMap(trace: Trace, width: number): Line[] {
  const nodes = nodesOf(trace);
  const sdks = new Map([...trace.nodes.values()].map(({ span }) => [span.service, span.sdk]));
  const drawn = new Set<string>();

  const label = (key: string, call?: { count: number; failed: boolean }, again = false): Piece[] => {
    const { kind, name } = nodes.get(key)!.place;
    const text = `${MARKS[kind]}${clean(name)}`;
    const colour = kind === 'service' ? sdkColour(sdks.get(name)) : kind === 'client' ? 'dim' : COLOURS[kind];
    return [
      [text, call?.failed ? ['red', 'bold'] : again ? 'dim' : kind === 'service' ? ['bold', colour] : colour],
      ...(call && call.count > 1 ? [[` ×${call.count}`, 'dim'] as Piece] : []),
      ...(again ? [[' ↑', 'dim'] as Piece] : []),
    ];
  };
  const branch = (key: string, call?: { count: number; failed: boolean }): Tree => {
    const node = nodes.get(key)!;
    const again = drawn.has(key) && node.calls.size > 0;
    const cutHere = again || (call !== undefined && node.place.kind === 'sqs');
    if (!cutHere) drawn.add(key);
    return {
      label: label(key, call, again && node.place.kind !== 'sqs'),
      children: cutHere ? [] : [...node.calls].map(([to, made]) => branch(to, made)),
    };
  };

  const lines: Line[] = [title('map', width)];
  for (const key of starts(nodes, trace)) {
    if (!drawn.has(key) && nodes.get(key)!.calls.size > 0) lines.push(...layTree(branch(key), width));
  }
  if (drawn.size === 0)
    lines.push([
      [clean(trace.root.span.service), 'bold'],
      [' called nobody', 'dim'],
    ]);
  return [
    ...lines,
    [],
    [['▥ PostgreSQL  ▤ DynamoDB  ≋ SQS queue  → third party  ×2 called twice  ↑ drawn above', 'dim']],
  ];
}

const sdkColour = (sdk: Sdk | undefined) => (sdk === 'xray' ? 'yellow' : sdk === 'otel' ? 'cyan' : 'dim');

function nodesOf(trace: Trace): Map<string, Node> {
  const nodes = new Map<string, Node>();
  const at = (place: Place): Node => {
    const node = nodes.get(keyOf(place)) ?? { place, calls: new Map(), called: false };
    nodes.set(keyOf(place), node);
    return node;
  };
  for (const { from, to, span } of crossings(trace)) {
    if (from.kind === 'client') continue;
    const callee = at(to);
    const calls = at(from).calls;
    const known = calls.get(keyOf(to)) ?? { count: 0, failed: false };
    calls.set(keyOf(to), { count: known.count + 1, failed: known.failed || span.status === 'fault' });
    callee.called = true;
  }
  return nodes;
}

/** Where trees begin: the root's service, then what nobody called, then the queues, then what only a circle reaches. */
function starts(nodes: ReadonlyMap<string, Node>, trace: Trace): string[] {
  const root = keyOf({ kind: 'service', name: trace.root.span.service });
  const rank = ([key, { place, called }]: [string, Node]): number =>
    key === root ? 0 : !called ? 1 : place.kind === 'sqs' ? 2 : 3;
  return [...nodes].sort((a, b) => rank(a) - rank(b)).map(([key]) => key);
}
