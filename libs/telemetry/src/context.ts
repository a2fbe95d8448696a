import type { Carrier } from '@throughline/contracts';

/** Where an incoming request or message wants to be continued. */
export interface RemoteContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** Absent where only the trace is known, as behind an ALB, which sends Root alone. */
  readonly parentId?: string;
  /** Absent where the decision is left to us. */
  readonly sampled?: boolean;
}

const ZERO_TRACE = '0'.repeat(32);
const ZERO_SPAN = '0'.repeat(16);

/** W3C Trace Context, `traceparent`: https://www.w3.org/TR/trace-context/#traceparent-header */
export function parseTraceparent(header: string | undefined): RemoteContext | undefined {
  const match = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header?.trim() ?? '');
  const [, version, traceId, parentId, flags, rest] = match ?? [];
  if (!traceId || !parentId || !flags || (version === '00' && rest)) return undefined;
  if (traceId === ZERO_TRACE || parentId === ZERO_SPAN) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** `X-Amzn-Trace-Id: Root=1-8hex-24hex;Parent=16hex;Sampled=0|1`: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function parseXrayHeader(header: string | undefined): RemoteContext | undefined {
  const fields = Object.fromEntries(
    (header ?? '').split(';').map((field) => field.trim().split('=', 2) as [string, string | undefined]),
  );
  const traceId = toW3cTraceId(fields['Root']);
  if (!traceId || traceId === ZERO_TRACE) return undefined;
  const parentId = /^[0-9a-f]{16}$/.test(fields['Parent'] ?? '') ? fields['Parent'] : undefined;
  const sampled = fields['Sampled'] === '1' ? true : fields['Sampled'] === '0' ? false : undefined;
  return {
    traceId,
    ...(parentId && parentId !== ZERO_SPAN && { parentId }),
    ...(sampled !== undefined && { sampled }),
  };
}

/**
 * Which header wins, the same for both SDKs. One alone is continued. Both with one id: the parent is X-Amzn-Trace-Id's if
 * it has one. The ids differ: a valid `traceparent` wins, also over an ALB's Root. Neither is valid: a new trace.
 */
export function resolveContext(carrier: Carrier): RemoteContext | undefined {
  const w3c = parseTraceparent(carrier.traceparent);
  const xray = parseXrayHeader(carrier['x-amzn-trace-id']);
  if (!w3c || !xray) return w3c ?? xray;
  if (w3c.traceId !== xray.traceId || !xray.parentId) return w3c;
  return { ...w3c, ...xray };
}

/** The context of a span as both headers. */
export function toCarrier(context: Required<RemoteContext>): Required<Carrier> {
  return {
    traceparent: `00-${context.traceId}-${context.parentId}-${context.sampled ? '01' : '00'}`,
    'x-amzn-trace-id': toXrayHeader(context),
  };
}

export function toXrayHeader({ traceId, parentId, sampled }: RemoteContext): string {
  const parent = parentId ? `;Parent=${parentId}` : '';
  return `Root=${toXrayTraceId(traceId)}${parent}${sampled === undefined ? '' : `;Sampled=${sampled ? 1 : 0}`}`;
}

export const toXrayTraceId = (traceId: string): string => `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;

export function toW3cTraceId(root: string | undefined): string | undefined {
  const match = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/.exec(root ?? '');
  return match ? `${match[1]}${match[2]}` : undefined;
}
