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
  /** By the key of what is called. */
  readonly calls: Map<string, Call>;
  called: boolean;
}

interface Call {
  readonly to: Node;
  count: number;
  failed: boolean;
}

const keyOf = ({ kind, name }: Place): string => `${kind} ${name}`;

/** Who called whom, as trees from left to right: one for what the caller waits for, then one for each queue. */
export function serviceMap(trace: Trace, width: number): Line[] {
  const sdks = new Map([...trace.nodes.values()].map(({ span }) => [span.service, span.sdk]));
  const drawn = new Set<Node>();

  const label = ({ place: { kind, name } }: Node, call: Call | undefined, again: boolean): Piece[] => {
    const colour = kind === 'service' ? sdkColour(sdks.get(name)) : kind === 'client' ? 'dim' : COLOURS[kind];
    const usual = again ? 'dim' : kind === 'service' ? (['bold', colour] as const) : colour;
    const count = call && call.count > 1 ? ` ×${call.count}` : '';
    return [
      [`${MARKS[kind]}${clean(name)}`, call?.failed ? ['red', 'bold'] : usual],
      [`${count}${again ? ' ↑' : ''}`, 'dim'],
    ];
  };
  const branch = (node: Node, call?: Call): Tree => {
    const isQueue = node.place.kind === 'sqs';
    const again = drawn.has(node) && node.calls.size > 0 && !isQueue;
    const ends = again || (isQueue && call !== undefined);
    if (!ends) drawn.add(node);
    return {
      label: label(node, call, again),
      children: ends ? [] : [...node.calls.values()].map((made) => branch(made.to, made)),
    };
  };

  const trees: Line[] = [];
  for (const node of starts(nodesOf(trace), trace)) {
    if (!drawn.has(node) && node.calls.size > 0) trees.push(...layTree(branch(node), width));
  }
  const alone: Line = [
    [clean(trace.root.span.service), 'bold'],
    [' called nobody', 'dim'],
  ];
  return [title('map', width), ...(trees.length > 0 ? [...trees, [], legend] : [alone])];
}

const legend: Line = [['▥ PostgreSQL  ▤ DynamoDB  ≋ SQS queue  → third party  ×2 called twice  ↑ drawn above', 'dim']];

const sdkColour = (sdk: Sdk | undefined) => (sdk === 'xray' ? 'yellow' : sdk === 'otel' ? 'cyan' : 'dim');

function nodesOf(trace: Trace): Node[] {
  const nodes = new Map<string, Node>();
  const at = (place: Place): Node => {
    const node = nodes.get(keyOf(place)) ?? { place, calls: new Map<string, Call>(), called: false };
    nodes.set(keyOf(place), node);
    return node;
  };
  for (const { from, to, span } of crossings(trace)) {
    if (from.kind === 'client') continue;
    const callee = at(to);
    const { calls } = at(from);
    const call = calls.get(keyOf(to)) ?? { to: callee, count: 0, failed: false };
    calls.set(keyOf(to), call);
    call.count += 1;
    call.failed ||= span.status === 'fault';
    callee.called = true;
  }
  return [...nodes.values()];
}

/** Where trees begin: the root's service, then what nobody called, then the queues, then what only a circle reaches. */
function starts(nodes: readonly Node[], trace: Trace): Node[] {
  const rank = ({ place, called }: Node): number => {
    if (place.kind === 'service' && place.name === trace.root.span.service) return 0;
    return !called ? 1 : place.kind === 'sqs' ? 2 : 3;
  };
  return nodes.toSorted((a, b) => rank(a) - rank(b));
}
