import { setImmediate as breathe } from 'node:timers/promises';
import { ServiceGraph, toTraceId, type GraphNode, type Histogram, type Statistics } from '@throughline/traces';
import type { TraceRow, TraceStore } from '../store/traces.ts';
import { readWindow } from './window.ts';
import type { Operations } from './protocol.ts';

const MOST_IDS = 5;
/** Traces read between two breaths of the event loop. */
const CHUNK = 50;

/** GetServiceGraph over a window and GetTraceGraph over given traces. */
export function graphOperations(store: TraceStore): Operations {
  return {
    '/ServiceGraph': async (input) => {
      const { from_us, to_us } = readWindow(input);
      const graph = new ServiceGraph();
      let rows: TraceRow[] = [];
      do {
        rows = store.activeIn(from_us, to_us, CHUNK, rows.at(-1));
        for (const { trace_id } of rows) addTo(graph, store, trace_id);
        await breathe();
      } while (rows.length === CHUNK);
      return {
        StartTime: from_us / 1_000_000,
        EndTime: to_us / 1_000_000,
        Services: toServices(graph.nodes()),
        ContainsOldGroupVersions: false,
      };
    },
    '/TraceGraph': (input) => {
      const ids = input.texts('TraceIds');
      if (ids.length > MOST_IDS) throw input.fail(`Exceeding maximum query size: ${MOST_IDS}`);
      const graph = new ServiceGraph();
      for (const id of ids) {
        const trace_id = toTraceId(id);
        if (!trace_id) throw input.fail(`${id} is not a trace id.`);
        addTo(graph, store, trace_id);
      }
      return { Services: toServices(graph.nodes()) };
    },
  };
}

function addTo(graph: ServiceGraph, store: TraceStore, trace_id: string): void {
  const trace = store.trace(trace_id);
  if (trace) graph.add(trace);
}

function toServices(nodes: GraphNode[]): object[] {
  return nodes.map((node) => ({
    ReferenceId: node.id,
    Name: node.name,
    Names: [node.name],
    ...(node.root && { Root: true }),
    ...(node.type && { Type: node.type }),
    State: 'active',
    StartTime: node.start_us / 1_000_000,
    EndTime: node.end_us / 1_000_000,
    Edges: node.edges.map((edge) => ({
      ReferenceId: edge.to,
      StartTime: edge.start_us / 1_000_000,
      EndTime: edge.end_us / 1_000_000,
      SummaryStatistics: toStatistics(edge.statistics),
      ResponseTimeHistogram: toHistogram(edge.histogram),
      Aliases: [],
      ...(edge.link && { EdgeType: 'link' }),
    })),
    SummaryStatistics: toStatistics(node.statistics),
    DurationHistogram: toHistogram(node.histogram),
    ResponseTimeHistogram: toHistogram(node.histogram),
  }));
}

function toStatistics({ ok, error, throttle, fault, total, total_us }: Statistics): object {
  return {
    OkCount: ok,
    ErrorStatistics: { ThrottleCount: throttle, OtherCount: error, TotalCount: error + throttle },
    FaultStatistics: { OtherCount: fault, TotalCount: fault },
    TotalCount: total,
    TotalResponseTime: total_us / 1_000_000,
  };
}

function toHistogram(histogram: Histogram): object[] {
  return histogram.map(({ value, count }) => ({ Value: value, Count: count }));
}
