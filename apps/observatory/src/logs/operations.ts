import type { Identity } from '../aws/identity.ts';
import type { LogStore } from '../store/logs.ts';
import { filterOperations } from './filter-events.ts';
import { getOperations } from './get-events.ts';
import { groupOperations } from './groups.ts';
import type { LogsOperations } from './protocol.ts';
import { putOperations } from './put-events.ts';
import { streamOperations } from './streams.ts';
import { tagOperations } from './tags.ts';

/** CloudWatch Logs: what whoever sends may call, and what is for readers and administrators. */
export function logsOperations(
  store: LogStore,
  identity: Identity,
  now: () => number,
): { write: LogsOperations; read: LogsOperations } {
  const { CreateLogGroup, ...groups } = groupOperations(store, identity, now);
  const { CreateLogStream, ...streams } = streamOperations(store, identity, now);
  return {
    write: { CreateLogGroup, CreateLogStream, ...putOperations(store, now) },
    read: {
      ...groups,
      ...streams,
      ...tagOperations(store),
      ...getOperations(store, now),
      ...filterOperations(store, now),
    },
  };
}
