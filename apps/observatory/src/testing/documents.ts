import { randomBytes } from 'node:crypto';

export const newTraceId = () => randomBytes(16).toString('hex');
export const newId = () => randomBytes(8).toString('hex');
export const xrayId = (hex: string) => `1-${hex.slice(0, 8)}-${hex.slice(8)}`;

/** A segment document that began a second ago. */
export function segment(members: Record<string, unknown> & { name: string; trace_id: string }) {
  const start = Date.now() / 1000 - 1;
  return { id: newId(), start_time: start, end_time: start + 0.05, ...members, trace_id: xrayId(members.trace_id) };
}

/** What a window of the last minutes is to the X-Ray API. */
export const lately = () => ({
  StartTime: new Date(Date.now() - 120_000),
  EndTime: new Date(Date.now() + 10_000),
});

/** An OTLP/JSON request of one span. */
export function otlpJson(service: string, span: Record<string, unknown>) {
  const start = BigInt(Date.now() - 1000) * 1_000_000n;
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
        scopeSpans: [
          {
            spans: [
              {
                name: 'work',
                kind: 1,
                startTimeUnixNano: String(start),
                endTimeUnixNano: String(start + 50_000_000n),
                ...span,
              },
            ],
          },
        ],
      },
    ],
  };
}
