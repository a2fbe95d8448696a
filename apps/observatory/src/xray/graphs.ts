import { ServiceGraph, toTraceId } from '@throughline/traces';
import type { TraceStore } from '../store/traces.ts';
import type { Groups } from './groups.ts';
import type { Operations } from './protocol.ts';
import { readToken, toPage } from './pages.ts';
import { tracesIn } from './scan.ts';
import { toServices } from './shapes.ts';
import { MOST_IDS } from './traces.ts';
import { readWindow } from './window.ts';

/** Services on one page. */
const PAGE = 500;

/** GetServiceGraph over a window and GetTraceGraph over given traces. */
export function graphOperations(store: TraceStore, groups: Groups): Operations {
  return {
    GetServiceGraph: async (input) => {
      const window = readWindow(input);
      const filter = groups.filterOf(input);
      const from = readToken(input);
      const graph = new ServiceGraph();
      for await (const trace of tracesIn(store, window, filter)) graph.add(trace);
      const { items, next } = toPage(toServices(graph.nodes()), from, PAGE);
      return {
        StartTime: window.from_us / 1_000_000,
        EndTime: (window.to_us + 1) / 1_000_000,
        Services: items,
        // A group's filter is asked when the graph is read, so that all of it is of one version.
        ContainsOldGroupVersions: false,
        ...next,
      };
    },
    GetTraceGraph: (input) => {
      const ids = input.texts('TraceIds');
      if (ids.length > MOST_IDS) throw input.fail(`Exceeding maximum query size: ${MOST_IDS}`);
      const from = readToken(input);
      const graph = new ServiceGraph();
      for (const id of new Set(ids)) {
        const trace_id = toTraceId(id);
        if (!trace_id) throw input.fail(`${id} is not a trace id.`);
        const trace = store.trace(trace_id);
        if (trace) graph.add(trace);
      }
      const { items, next } = toPage(toServices(graph.nodes()), from, PAGE);
      return { Services: items, ...next };
    },
  };
}
