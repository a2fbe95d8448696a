/**
 * The one list of the fleet: names, ports, tracing, stores and calls. Ports, compose files, documentation and the edge test
 * are derived from it, or a test fails where a copy differs.
 *
 * A call, table or queue is marked with where it happens: in the `purchase` itself (the trace of one `POST /checkout`), or
 * only elsewhere on the buyer's `journey` (signing in, browsing, holding seats, looking at the order).
 */
export type Moment = 'purchase' | 'journey';
export type TracingMode = 'otel' | 'xray' | 'off';

export interface Service {
  /** HTTP port of the service in the embedded fleet, before the fleet's offset. */
  readonly port: number;
  /** The SDK that the service is traced with in the mixed fleet; third parties are not traced. */
  readonly tracing: TracingMode;
  /** One of the twelve, or the outside world. */
  readonly thirdParty?: true;
  /** Owns the PostgreSQL database and role of its own name. */
  readonly database?: Moment;
  /** DynamoDB tables it owns. */
  readonly tables: Readonly<Record<string, Moment>>;
  /** Services and third parties that it calls over HTTP. */
  readonly calls: Readonly<Record<string, Moment>>;
  /** SQS queues that it sends to and takes from. */
  readonly sendsTo: readonly string[];
  readonly takesFrom: readonly string[];
  /** Its use case, in a few words. */
  readonly does: string;
}

const alone = { tables: {}, calls: {}, sendsTo: [], takesFrom: [] } as const;

export const services = {
  gateway: {
    ...alone,
    port: 8080,
    tracing: 'otel',
    calls: { accounts: 'purchase', catalog: 'journey', seats: 'journey', checkout: 'purchase', orders: 'journey' },
    does: 'one public API; checks the session; passes the idempotency key on',
  },
  accounts: {
    ...alone,
    port: 8081,
    tracing: 'otel',
    tables: { accounts: 'journey', sessions: 'purchase', history: 'purchase' },
    does: 'sessions and customer history',
  },
  catalog: { ...alone, port: 8082, tracing: 'otel', database: 'purchase', does: 'events and venues' },
  seats: { ...alone, port: 8083, tracing: 'otel', database: 'purchase', does: 'holds, sells and releases seats' },
  checkout: {
    ...alone,
    port: 8084,
    tracing: 'otel',
    tables: { purchases: 'purchase' },
    calls: { catalog: 'purchase', seats: 'purchase', pricing: 'purchase', payments: 'purchase', orders: 'purchase' },
    does: 'runs the purchase as a saga and undoes it when a step fails',
  },
  pricing: { ...alone, port: 8085, tracing: 'xray', calls: { promotions: 'purchase' }, does: 'price, fees, discount' },
  promotions: {
    ...alone,
    port: 8086,
    tracing: 'xray',
    tables: { promotions: 'purchase' },
    does: 'promo codes of limited use',
  },
  payments: {
    ...alone,
    port: 8087,
    tracing: 'xray',
    tables: { payments: 'purchase' },
    calls: { fraud: 'purchase', bank: 'purchase' },
    does: 'authorises, captures and voids, once each',
  },
  fraud: { ...alone, port: 8088, tracing: 'otel', calls: { accounts: 'purchase' }, does: 'scores a purchase' },
  orders: {
    ...alone,
    port: 8089,
    tracing: 'otel',
    database: 'purchase',
    sendsTo: ['order-placed'],
    does: 'records the order and publishes it from its outbox',
  },
  tickets: {
    ...alone,
    port: 8090,
    tracing: 'otel',
    database: 'purchase',
    calls: { catalog: 'purchase' },
    takesFrom: ['order-placed'],
    sendsTo: ['ticket-issued'],
    does: 'renders each ticket once, as a PDF with a QR code',
  },
  notifications: {
    ...alone,
    port: 8091,
    tracing: 'xray',
    calls: { 'mail-relay': 'purchase' },
    takesFrom: ['ticket-issued'],
    does: 'mails the buyer, once an order',
  },
  bank: {
    ...alone,
    port: 8092,
    tracing: 'off',
    thirdParty: true,
    does: 'authorises cards and keeps the authorisations',
  },
  'mail-relay': {
    ...alone,
    port: 8093,
    tracing: 'off',
    thirdParty: true,
    does: 'delivers mail to a folder or by SMTP',
  },
} as const satisfies Record<string, Service>;

export type ServiceName = keyof typeof services;

/** What the fleet stands on in the embedded mode, with its ports before the fleet's offset. */
export const backends = {
  postgres: { port: 8094 },
  dynamodb: { port: 8095 },
  sqs: { port: 8096 },
  observatory: { port: 4318, daemonPort: 2000 },
} as const;

/** DynamoDB key schemas of the tables named above; every key is a string, every table is billed by request. */
export const tables = {
  accounts: { hash: 'email' },
  sessions: { hash: 'token' },
  history: { hash: 'account_id', range: 'purchase_id' },
  purchases: { hash: 'id', index: { name: 'open', hash: 'open', range: 'lease_until' } },
  promotions: { hash: 'code' },
  payments: { hash: 'purchase_id' },
} as const satisfies Record<string, TableDefinition>;

export interface TableDefinition {
  readonly hash: string;
  readonly range?: string;
  /** A sparse global secondary index with all attributes. */
  readonly index?: { readonly name: string; readonly hash: string; readonly range: string };
}

export const serviceNames = Object.keys(services) as ServiceName[];
export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(services, name);

/** The entry of a service, seen as the interface rather than as its literal. */
export const service = (name: ServiceName): Service => services[name];

/** The twelve services of the shop, without the third parties. */
export const shopServices = serviceNames.filter((name) => !service(name).thirdParty);

/** Every SQS queue of the fleet. */
export const queues = [...new Set(serviceNames.flatMap((name) => service(name).sendsTo))];

/** Where a message goes that was received `maxReceives` times and never handled. */
export const deadLetterQueue = (queue: string): string => `${queue}-dead`;
export const maxReceives = 20;

/** How a service's database appears in traces, in the way of the X-Ray SDK: `database@host`. */
export const databaseNode = (name: string): string => `${name}@postgres`;

/** The environment variable that holds the base URL under which a service calls another: `MAIL_RELAY_URL`. */
export const urlVariable = (name: string): string => `${name.toUpperCase().replaceAll('-', '_')}_URL`;
