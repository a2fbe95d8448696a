import type { Trace } from '@throughline/traces';

const MOST_SPANS = 5000;

/** The traces read last, so that polling a trace that did not change costs nothing. Bounded by their spans, oldest out first. */
export class TraceCache {
  readonly #kept = new Map<string, { revision: number; trace: Trace }>();
  #spans = 0;

  get(trace_id: string, revision: number): Trace | undefined {
    const known = this.#kept.get(trace_id);
    if (known?.revision !== revision) return undefined;
    this.#kept.delete(trace_id);
    this.#kept.set(trace_id, known);
    return known.trace;
  }

  set(trace_id: string, revision: number, trace: Trace): void {
    this.#forget(trace_id);
    if (trace.nodes.size > MOST_SPANS) return;
    this.#kept.set(trace_id, { revision, trace });
    this.#spans += trace.nodes.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#spans <= MOST_SPANS) return;
      this.#forget(oldest);
    }
  }

  #forget(trace_id: string): void {
    const known = this.#kept.get(trace_id);
    if (!known) return;
    this.#kept.delete(trace_id);
    this.#spans -= known.trace.nodes.size;
  }
}
