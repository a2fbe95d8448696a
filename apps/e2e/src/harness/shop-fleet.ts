import { backends, isServiceName, service, type ServiceName, urlVariable } from '@throughline/contracts';
import { someFreeOffset, startTestFleet, type TestFleet } from './fleet.ts';
import { type Proxy, startProxy } from './proxy.ts';

type Store = 'sqs' | 'dynamodb';
/** Whom a service reaches through a proxy: the services that it calls, its queue and its tables. */
export type Callee = ServiceName | Store;

/** A fleet with a proxy of ours on every way that a purchase takes. */
export interface ShopFleet extends TestFleet {
  between(from: ServiceName, to: Callee): Proxy;
}

/** Services whose calls pass through us, and of their stores those that do. */
const proxied: readonly (readonly [ServiceName, readonly Store[]])[] = [
  ['checkout', ['dynamodb']],
  ['payments', ['dynamodb']],
  ['orders', ['sqs']],
  ['tickets', ['sqs']],
  ['notifications', ['sqs']],
];

const isStore = (name: string): name is Store => name === 'sqs' || name === 'dynamodb';
const variableOf = (callee: string): string =>
  isStore(callee) ? `AWS_ENDPOINT_URL_${callee.toUpperCase()}` : urlVariable(callee);

function portOf(callee: string): number {
  if (isStore(callee)) return backends[callee].port;
  if (isServiceName(callee)) return service(callee).port;
  throw new Error(`${callee} is no part of the fleet`);
}

/** Starts the fleet in which purchases are disturbed. Checkout waits 1 s for an answer, so that what hangs is soon taken over. */
export async function startShopFleet(): Promise<ShopFleet> {
  const offset = await someFreeOffset();
  const proxies = new Map<string, Proxy>();
  const env: Partial<Record<ServiceName, Record<string, string>>> = {};
  for (const [from, stores] of proxied) {
    const settings: Record<string, string> = from === 'checkout' ? { STEP_TIMEOUT_MS: '1000' } : {};
    for (const callee of [...Object.keys(service(from).calls), ...stores]) {
      const proxy = await startProxy(`http://127.0.0.1:${portOf(callee) + offset}`);
      proxies.set(`${from} ${callee}`, proxy);
      settings[variableOf(callee)] = proxy.url;
    }
    env[from] = settings;
  }
  const started = await startTestFleet({ offset, env: (name) => env[name] ?? {} });
  return {
    ...started,
    between(from, to) {
      const proxy = proxies.get(`${from} ${to}`);
      if (!proxy) throw new Error(`there is no proxy between ${from} and ${to}`);
      return proxy;
    },
    async stop() {
      await started.stop();
      for (const proxy of proxies.values()) proxy.close();
    },
  };
}
