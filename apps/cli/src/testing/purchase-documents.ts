import { randomBytes } from 'node:crypto';
import { edges, type Edge } from '@throughline/contracts';

type Document = Record<string, unknown> & { id: string };

const newId = (): string => randomBytes(8).toString('hex');
const xrayId = (hex: string): string => `1-${hex.slice(0, 8)}-${hex.slice(8)}`;

export interface Written {
  readonly trace_id: string;
  readonly documents: Document[];
}

/** The segment documents of a purchase that shows exactly the edges of services.ts, as the X-Ray SDK would write them. */
export function purchaseDocuments(leave: (edge: Edge) => boolean = () => false): Written {
  const trace_id = randomBytes(16).toString('hex');
  const start = Date.now() / 1000 - 5;
  const all = edges('purchase').filter((edge) => !leave(edge));
  const documents: Document[] = [];
  const told = new Set<string>();
  let tick = 0;
  const times = (): { start_time: number; end_time: number } => {
    tick += 1;
    return { start_time: start + tick / 1000, end_time: start + tick / 1000 + 0.005 };
  };

  const segment = (name: string, members: object): void => {
    const first = !told.has(name);
    told.add(name);
    const segmentTimes = times();
    const subsegments = first ? all.filter(({ from }) => from === name).map(subsegment) : [];
    documents.push({
      id: newId(),
      name,
      trace_id: xrayId(trace_id),
      ...segmentTimes,
      aws: { xray: { sdk: 'X-Ray for Node.js' } },
      subsegments,
      ...members,
    });
  };
  const subsegment = ({ to, kind }: Edge): Document => {
    const id = newId();
    const own = times();
    if (kind === 'sql')
      return { id, name: to, namespace: 'remote', sql: { sanitized_query: 'SELECT 1 FROM seats' }, ...own };
    if (kind === 'dynamodb') {
      return { id, name: 'DynamoDB', namespace: 'aws', aws: { operation: 'GetItem', table_name: to }, ...own };
    }
    if (kind === 'sqs') {
      for (const taken of all.filter(({ from }) => from === to)) {
        segment(taken.to, { parent_id: id, annotations: { 'messaging.destination.name': to } });
      }
      const queue_url = `http://sqs.us-east-1.localhost/000000000000/${to}`;
      return { id, name: 'SQS', namespace: 'aws', aws: { operation: 'SendMessage', queue_url }, ...own };
    }
    if (to !== 'bank' && to !== 'mail-relay') segment(to, { parent_id: id, http: http('POST', 'http://x/', 200) });
    return { id, name: to, namespace: 'remote', http: http('POST', 'http://x/y', 200), ...own };
  };

  const annotations = { 'shop.purchase_id': newId(), 'shop.promo_code': 'ENCORE10', 'http.route': '/checkout' };
  segment('gateway', { annotations, http: http('POST', 'http://gateway/checkout', 201) });
  return { trace_id, documents };
}

/** A trace of one segment. */
export function lonelyDocument(name: string, members: object = {}): Written {
  const trace_id = randomBytes(16).toString('hex');
  const start_time = Date.now() / 1000 - 1;
  const document = {
    id: newId(),
    name,
    trace_id: xrayId(trace_id),
    start_time,
    end_time: start_time + 0.02,
    ...members,
  };
  return { trace_id, documents: [document] };
}

const http = (method: string, url: string, status: number): object => ({
  request: { method, url },
  response: { status },
});
