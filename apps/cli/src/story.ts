import { toXRayTraceId, traceEdges, type EdgeKind, type Trace } from '@throughline/traces';
import { judge, type Verdict } from './verdict.ts';

/** One line of a log, of this trace. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly time_ms: number;
  readonly level: string;
  readonly service: string;
  readonly message: string;
  readonly span_id?: string;
}

/** A trace with all that is told of it. */
export interface Story {
  readonly trace: Trace;
  /** In the order of time. */
  readonly logs: readonly LogLine[];
  readonly verdict: Verdict;
}

export const tell = (trace: Trace, logs: readonly LogLine[], whole = false): Story => ({
  trace,
  logs,
  verdict: judge(trace, whole),
});

/** Services that reported, in the order of a walk through the trace. */
export const servicesOf = (trace: Trace): string[] => [
  ...new Set([...trace.nodes.values()].map(({ span }) => span.service)),
];

/** What `--json` prints of a trace; `spans` and `logs` are how many there are. */
export interface Summary {
  readonly trace_id: string;
  readonly xray_trace_id: string;
  readonly services: string[];
  readonly spans: number;
  readonly edges: { from: string; to: string; kind: EdgeKind }[];
  readonly logs: number;
  readonly complete: boolean;
  readonly missing: readonly string[];
  readonly duration_ms: number;
}

export const summarise = ({ trace, logs, verdict }: Story): Summary => ({
  trace_id: trace.trace_id,
  xray_trace_id: toXRayTraceId(trace.trace_id) ?? trace.trace_id,
  services: servicesOf(trace),
  spans: trace.nodes.size,
  edges: traceEdges(trace),
  logs: logs.length,
  complete: verdict.complete,
  missing: verdict.missing,
  duration_ms: trace.duration_us / 1000,
});
