import type { Identity } from '../aws/identity.ts';
import type { Store } from '../store/store.ts';
import { graphOperations } from './graphs.ts';
import { groupOperations, Groups } from './groups.ts';
import { ingestOperations } from './ingest.ts';
import type { Operations } from './protocol.ts';
import { samplingOperations, samplingRuleOperations } from './sampling/operations.ts';
import { SamplingRules, type SamplingSetting } from './sampling/rules.ts';
import { summaryOperations } from './summaries.ts';
import { timeSeriesOperations } from './time-series.ts';
import { traceOperations } from './traces.ts';

/** X-Ray's operations: what senders call, also on the daemon's port, and what readers and tools call. */
export function xrayOperations(
  store: Store,
  sampling: SamplingSetting,
  identity: Identity,
  now: () => number,
): { write: Operations; read: Operations } {
  const rules = new SamplingRules(store.configuration, identity, sampling, now);
  const groups = new Groups(store.configuration, identity);
  return {
    write: { ...ingestOperations(store.traces), ...samplingOperations(rules, store.configuration, now) },
    read: {
      ...traceOperations(store.traces),
      ...summaryOperations(store.traces, groups.find),
      ...graphOperations(store.traces, groups),
      ...timeSeriesOperations(store.traces, groups),
      ...samplingRuleOperations(rules, store.configuration),
      ...groupOperations(store.configuration, groups),
    },
  };
}
