/**
 * The registry: every attribute (X-Ray: annotation) that a span of the fleet may carry. Stable OpenTelemetry semantic
 * conventions where they have a name, `shop.` for our own. A test fails where a fleet emits anything else.
 */
export const shopAttributes = {
  'shop.account_id': 'the buyer',
  'shop.purchase_id': 'the purchase; one idempotency key, one purchase',
  'shop.order_id': 'the order that came of it',
  'shop.event_id': 'the concert',
  'shop.seat_count': 'seats held or bought',
  'shop.amount_cents': 'the amount to pay',
  'shop.promo_code': 'the promo code used',
  'shop.cache_hit': 'whether an answer came from the cache',
  'shop.fraud_score': '0 to 1',
  'shop.saga_step': 'the step of the purchase that is being done or undone',
} as const;

export const sharedAttributes = {
  'http.route': 'the matched route, such as /holds/:hold_id',
  'messaging.destination.name': 'the queue',
  'db.client.connection.pool.name': 'the pool whose connection was waited for',
} as const;

/** What the OpenTelemetry instrumentations that we use emit by themselves, and what our X-Ray segments note. */
export const instrumentationAttributes = [
  'http.request.method',
  'http.request.method_original',
  'http.request.resend_count',
  'http.response.status_code',
  'url.full',
  'url.path',
  'url.query',
  'url.scheme',
  'server.address',
  'server.port',
  'client.address',
  'client.port',
  'network.protocol.name',
  'network.protocol.version',
  'network.transport',
  'network.peer.address',
  'network.peer.port',
  'user_agent.original',
  'error.type',
  'peer.service',
  'db.system.name',
  'db.namespace',
  'db.query.text',
  'db.operation.name',
  'db.response.status_code',
  'db.system',
  'db.operation',
  'aws.request_id',
  'aws.dynamodb.table_names',
  'aws.dynamodb.consumed_capacity',
  'aws.dynamodb.consistent_read',
  'aws.dynamodb.index_name',
  'aws.dynamodb.limit',
  'aws.dynamodb.count',
  'aws.dynamodb.scanned_count',
  'aws.dynamodb.scan_forward',
  'aws.dynamodb.projection',
  'aws.dynamodb.select',
  'cloud.region',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'messaging.system',
  'messaging.operation.type',
  'messaging.operation.name',
  'messaging.message.id',
  'messaging.batch.message_count',
  // The operation of a segment that no request opened; OpenTelemetry has it as the span's name.
  'operation',
] as const;

export type AttributeName = keyof typeof shopAttributes | keyof typeof sharedAttributes;
