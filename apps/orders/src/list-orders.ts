import type { Order } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

export async function listOrders(store: Store, accountId: string, limit: number): Promise<{ orders: Order[] }> {
  tracing.annotate({ 'shop.account_id': accountId });
  return { orders: await store.list(accountId, limit) };
}
