import { type ServiceName, service, urlVariable } from '@throughline/contracts';
import { startTestFleet, type TestFleet } from './fleet.ts';
import { type Proxy, startProxy } from './proxy.ts';

/** Whom a service reaches through a proxy: the services that it calls, its queue and its tables. */
type Callee = ServiceName | 'sqs' | 'dynamodb';

/** A fleet with a proxy of ours on every way that a purchase takes. */
export interface ShopFleet extends TestFleet {
  between(from: ServiceName, to: Callee): Proxy;
}

const proxied: Partial<Record<ServiceName, readonly ('sqs' | 'dynamodb')[]>> = {
  checkout: ['dynamodb'],
  payments: ['dynamodb'],
  orders: ['sqs'],
  tickets: ['sqs'],
  notifications: ['sqs'],
};
/** Where an AWS client looks for its endpoint. */
const awsVariable = (name: 'sqs' | 'dynamodb'): string => `AWS_ENDPOINT_URL_${name.toUpperCase()}`;

/** Starts the fleet in which purchases are disturbed. Checkout waits 1 s for an answer, so that what hangs is soon taken over. */
export async function startShopFleet(only?: ServiceName[]): Promise<ShopFleet> {
  const proxies = new Map<string, Proxy>();
  const env: Partial<Record<ServiceName, Record<string, string>>> = {};
  let started: TestFleet | undefined;
  for (const [from, stores] of Object.entries(proxied) as [ServiceName, readonly ('sqs' | 'dynamodb')[]][]) {
    env[from] = from === 'checkout' ? { STEP_TIMEOUT_MS: '1000' } : {};
    const callees = Object.keys(service(from).calls).map((name) => ({ name, variable: urlVariable(name) }));
    for (const { name, variable } of [...callees, ...stores.map((name) => ({ name, variable: awsVariable(name) }))]) {
      const target = (): string | undefined => started?.fleet.urls[name] ?? started?.fleet.awsEnv[variable];
      const proxy = await startProxy(() => target() ?? '');
      proxies.set(`${from} ${name}`, proxy);
      env[from][variable] = proxy.url;
    }
  }
  started = await startTestFleet({ env: (name) => env[name] ?? {}, ...(only && { only }) });
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
