import { tracing } from '@throughline/telemetry';
import type { Span } from '@throughline/traces';
import { capturedSpans } from './capture.ts';
import { until } from './until.ts';

/** What work in a trace of its own emitted, below the span of the trace. */
export async function spansIn(work: () => Promise<unknown>): Promise<Span[]> {
  let ids: { trace_id: string; span_id: string } | undefined;
  await tracing.continued('test', {}, async () => {
    ids = tracing.ids();
    await work();
  });
  return until('the spans', () => {
    const spans = capturedSpans().filter(({ trace_id, end_us }) => trace_id === ids?.trace_id && end_us);
    return (
      spans.some(({ span_id }) => span_id === ids?.span_id) && spans.filter(({ span_id }) => span_id !== ids?.span_id)
    );
  });
}
