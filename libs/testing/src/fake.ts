import type { Api, Client } from '@throughline/contracts';
import { pino } from 'pino';

/** A neighbour of the service under test: the given functions, and an error for every other. */
export function fakeClient<A extends Api>(functions: Partial<Client<A>>): Client<A> {
  return new Proxy(functions as Client<A>, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      return () => Promise.reject(new Error(`the test did not expect a call of ${String(name)}`));
    },
  });
}

export const silentLog = pino({ level: 'silent' });
