import { toXRayTraceId, type AnnotationValue, type Span, type Trace } from '@throughline/traces';
import { isPartial } from './filter/subjects.ts';

/** X-Ray indexes this many annotations of a trace. */
const MOST_ANNOTATIONS = 50;

interface ServiceId {
  Name: string;
  Names: string[];
  Type?: string;
}

/** GetTraceSummaries' view of a trace. Flags, Http and ResponseTime are those of the root segment. */
export function summarize(trace: Trace, revision: number): object {
  const root = trace.root.span;
  const spans = [...trace.nodes.values()].map((node) => node.span);
  const users = spans.flatMap((span) => (span.user ? [{ UserName: span.user, ServiceIds: [serviceId(span)] }] : []));
  const services = new Map(spans.map((span) => [span.service, serviceId(span)]));
  return {
    Id: toXRayTraceId(trace.trace_id),
    StartTime: trace.start_us / 1_000_000,
    Duration: trace.duration_us / 1_000_000,
    ResponseTime: root.end_us === undefined ? undefined : (root.end_us - root.start_us) / 1_000_000,
    HasFault: root.status === 'fault',
    HasError: root.status === 'error' || root.status === 'throttle',
    HasThrottle: root.status === 'throttle',
    IsPartial: isPartial(trace),
    Http: httpOf(root),
    Annotations: annotationsOf(spans),
    Users: users,
    ServiceIds: [...services.values()],
    ResourceARNs: [],
    InstanceIds: [],
    AvailabilityZones: [],
    EntryPoint: serviceId(root),
    FaultRootCauses: [],
    ErrorRootCauses: [],
    ResponseTimeRootCauses: [],
    Revision: revision,
    MatchedEventTime: trace.end_us / 1_000_000,
  };
}

function serviceId(span: Span): ServiceId {
  return { Name: span.service, Names: [span.service], ...(span.origin && { Type: span.origin }) };
}

function httpOf({ http }: Span): object {
  return {
    HttpURL: http?.url,
    HttpStatus: http?.status,
    HttpMethod: http?.method,
    UserAgent: http?.user_agent,
    ClientIp: http?.client_ip,
  };
}

function annotationsOf(spans: Span[]): Record<string, object[]> {
  const found = new Map<string, Map<AnnotationValue, Map<string, ServiceId>>>();
  let count = 0;
  for (const span of spans) {
    for (const [key, value] of Object.entries(span.annotations)) {
      if (!found.has(key) && (count += 1) > MOST_ANNOTATIONS) return shape(found);
      const values = found.get(key) ?? new Map<AnnotationValue, Map<string, ServiceId>>();
      const services = values.get(value) ?? new Map<string, ServiceId>();
      found.set(key, values.set(value, services.set(span.service, serviceId(span))));
    }
  }
  return shape(found);
}

function shape(found: Map<string, Map<AnnotationValue, Map<string, ServiceId>>>): Record<string, object[]> {
  const entries = [...found].map(([key, values]) => {
    const shaped = [...values].map(([value, services]) => ({
      AnnotationValue: valueOf(value),
      ServiceIds: [...services.values()],
    }));
    return [key, shaped] as const;
  });
  return Object.fromEntries(entries);
}

function valueOf(value: AnnotationValue): object {
  if (typeof value === 'number') return { NumberValue: value };
  return typeof value === 'boolean' ? { BooleanValue: value } : { StringValue: value };
}
