import { type Service, type ServiceName, service, serviceNames } from '@throughline/contracts';

/** The services asked for and, transitively, whom they call; in the order of services.ts. All, when none is asked for. */
export function withWhatTheyCall(asked: readonly ServiceName[] = serviceNames): ServiceName[] {
  const found = new Set<string>(asked);
  for (const name of found) for (const callee of Object.keys(service(name as ServiceName).calls)) found.add(callee);
  return serviceNames.filter((name) => found.has(name));
}

export interface StoreNeeds {
  readonly databases: readonly ServiceName[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
}

/** What some services keep and send. */
export function storesOf(names: readonly ServiceName[]): StoreNeeds {
  const chosen = names.map((name): [ServiceName, Service] => [name, service(name)]);
  return {
    databases: chosen.filter(([, { database }]) => database).map(([name]) => name),
    tables: chosen.flatMap(([, { tables }]) => Object.keys(tables)),
    queues: [...new Set(chosen.flatMap(([, { sendsTo, takesFrom }]) => [...sendsTo, ...takesFrom]))],
  };
}
