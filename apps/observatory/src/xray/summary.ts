import { servicePlace, toXRayTraceId, type AnnotationValue, type Span, type Trace } from '@throughline/traces';
import { hasThrottle, isPartial } from './filter/subjects.ts';
import { rootCauses } from './root-causes.ts';

/** X-Ray indexes this many annotations of a trace. */
const MOST_ANNOTATIONS = 50;

interface ServiceId {
  Name: string;
  Names: string[];
  AccountId?: string;
  Type?: string;
}

/** GetTraceSummaries' view of a trace. HasFault, HasError, Http and ResponseTime are those of the root segment. */
export function summarize(trace: Trace, revision: number, matched_us: number): object {
  const root = trace.root.span;
  const spans = [...trace.nodes.values()].map((node) => node.span);
  const resources = spans.flatMap((span) => span.resource ?? []);
  const services = new Map(spans.map((span) => [JSON.stringify(servicePlace(span)), serviceId(span)]));
  return {
    Id: toXRayTraceId(trace.trace_id),
    StartTime: trace.start_us / 1_000_000,
    Duration: trace.duration_us / 1_000_000,
    ResponseTime: root.end_us === undefined ? undefined : (root.end_us - root.start_us) / 1_000_000,
    HasFault: root.status === 'fault',
    HasError: root.status === 'error' || root.status === 'throttle',
    HasThrottle: hasThrottle(trace),
    IsPartial: isPartial(trace),
    Http: httpOf(root),
    Annotations: annotationsOf(spans),
    Users: usersOf(spans),
    ServiceIds: [...services.values()],
    ResourceARNs: distinct(resources.flatMap(({ arns }) => arns ?? [])).map((ARN) => ({ ARN })),
    InstanceIds: distinct(resources.flatMap(({ instance_id }) => instance_id ?? [])).map((Id) => ({ Id })),
    AvailabilityZones: distinct(resources.flatMap(({ availability_zone }) => availability_zone ?? [])).map((Name) => ({
      Name,
    })),
    EntryPoint: serviceId(root),
    FaultRootCauses: rootCauses(trace, 'fault'),
    ErrorRootCauses: rootCauses(trace, 'error'),
    ResponseTimeRootCauses: rootCauses(trace, 'responsetime'),
    Revision: revision,
    MatchedEventTime: matched_us / 1_000_000,
  };
}

const distinct = (values: string[]) => [...new Set(values)];

function serviceId(span: Span): ServiceId {
  const account = span.resource?.account_id;
  return {
    Name: span.service,
    Names: [span.service],
    ...(account && { AccountId: account }),
    ...(span.origin && { Type: span.origin }),
  };
}

function usersOf(spans: Span[]): object[] {
  const users = new Map<string, Map<string, ServiceId>>();
  for (const span of spans) {
    if (span.user === undefined) continue;
    const services = users.get(span.user) ?? new Map<string, ServiceId>();
    users.set(span.user, services.set(span.service, serviceId(span)));
  }
  return [...users].map(([UserName, services]) => ({ UserName, ServiceIds: [...services.values()] }));
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
  for (const span of spans) {
    for (const [key, value] of Object.entries(span.annotations)) {
      if (!found.has(key) && found.size === MOST_ANNOTATIONS) continue;
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
