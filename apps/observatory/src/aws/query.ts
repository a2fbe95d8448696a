import type { ServiceModel, Shape } from './model.ts';

/** One member of a query: its text, or what is below it. */
interface Node {
  text?: string;
  below: Map<string, Node>;
}

const DEEPEST = 16;

/**
 * Reads the parameters of AWS's query protocol (`MetricData.member.1.Value=7`) as the input of a shape. What cannot be read as
 * the model's type stays text, for the model's validation to find. Members that the model does not know are ignored.
 */
export function readQuery(model: ServiceModel, shape: string, parameters: URLSearchParams): Record<string, unknown> {
  const root: Node = { below: new Map() };
  for (const [key, text] of parameters) {
    const steps = key.split('.', DEEPEST + 1);
    if (steps.length > DEEPEST) continue;
    let node = root;
    for (const step of steps) {
      const next = node.below.get(step) ?? { below: new Map() };
      node.below.set(step, next);
      node = next;
    }
    node.text ??= text;
  }
  return read(model, shape, root) as Record<string, unknown>;
}

function read(model: ServiceModel, name: string, node: Node): unknown {
  const shape: Shape = model.shapes[name] ?? { type: 'string' };
  if (shape.type === 'structure') {
    const members = Object.entries(shape.members ?? {}).flatMap(([member, memberShape]) => {
      const below = node.below.get(member);
      return below ? [[member, read(model, memberShape, below)] as const] : [];
    });
    return Object.fromEntries(members);
  }
  if (shape.type === 'list') {
    const items = [...(node.below.get('member') ?? node).below].filter(([index]) => /^\d+$/.test(index));
    return items.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, item]) => read(model, shape.member ?? '', item));
  }
  return readScalar(shape.type, node.text ?? '');
}

const INTEGER = /^[-+]?\d{1,15}$/;
const DOUBLE = /^(?:NaN|[-+]?Infinity|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)$/;

function readScalar(type: string, text: string): unknown {
  if (type === 'integer' || type === 'long') return INTEGER.test(text) ? Number(text) : text;
  if (type === 'double' || type === 'float') return DOUBLE.test(text) ? Number(text) : text;
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** An answer's members as XML: lists by `member`, Maps by `entry`, Dates in ISO 8601. */
function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element('member', item)).join('');
  if (value instanceof Map) {
    return [...value].map(([key, item]) => `<entry>${element('key', key)}${element('value', item)}</entry>`).join('');
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => (item === undefined ? '' : element(name, item)))
      .join('');
  }
  return escape(String(value));
}

export const element = (name: string, value: unknown) => `<${name}>${toXml(value)}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
/** What XML cannot hold at all. */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escape(text: string): string {
  return text.replaceAll(FORBIDDEN, '\uFFFD').replaceAll(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}
