import {
  crossings,
  isEntry,
  servicePlace,
  type AnnotationValue,
  type Crossing,
  type Place,
  type Span,
  type Trace,
} from '@throughline/traces';

/** What a filter is asked about: a whole trace, one service in it, one edge, or a part of a root cause. */
export interface Subject {
  flags: ReadonlySet<string>;
  numbers(keyword: string): number[];
  texts(keyword: string): string[];
  annotations(key: string): AnnotationValue[];
  places: readonly Place[];
}

export interface TraceSubjects {
  trace: Subject;
  services(): readonly Subject[];
  edges(): readonly (Subject & { from: Place; to: Place })[];
  accountsOf(place: Place): ReadonlySet<string>;
}

/** A trace, its services and its edges as a filter sees them. Flags, response time and http of a trace are those of its root. */
export function subjectsOf(trace: Trace): TraceSubjects {
  const all = once(() => crossings(trace));
  const found = once(() => openServices(trace, all()));
  const services = once(() => [...found().values()].map((service) => serviceSubject(service, trace)));
  return {
    trace: {
      ...spanSubject({
        faces: [trace.root.span],
        spans: [...trace.nodes.values()].map(({ span }) => span),
        flags: [isPartial(trace) ? ['partial'] : [], hasThrottle(trace) ? ['throttle'] : []].flat(),
        duration_us: trace.duration_us,
      }),
      places: [],
    },
    services,
    edges: once(() =>
      all().map(({ from, to, span }) => ({
        ...spanSubject({ faces: [span], spans: [span], flags: [], places: [from, to] }),
        from,
        to,
      })),
    ),
    accountsOf: (place) => found().get(keyOf(place))?.accounts ?? new Set(),
  };
}

/** True when something of the trace is still to come: a span in progress, or a parent inside it that is missing. */
export function isPartial(trace: Trace): boolean {
  return trace.in_progress || trace.missing_parents.some((span) => span !== trace.root.span);
}

/** True when any segment was throttled, as the model says of HasThrottle. */
export function hasThrottle(trace: Trace): boolean {
  return trace.nodes.values().some((node) => node.span.status === 'throttle' && isEntry(node));
}

interface OpenService {
  place: Place;
  faces: Span[];
  spans: Span[];
  calls: boolean;
  accounts: Set<string>;
}

const keyOf = ({ kind, name, type = '' }: Place) => JSON.stringify([kind, name, type]);

function openServices(trace: Trace, all: readonly Crossing[]): Map<string, OpenService> {
  const found = new Map<string, OpenService>();
  const at = (place: Place): OpenService => {
    const known = found.get(keyOf(place));
    if (known) return known;
    const opened = { place, faces: [], spans: [], calls: false, accounts: new Set<string>() };
    found.set(keyOf(place), opened);
    return opened;
  };
  for (const node of trace.nodes.values()) {
    const { span } = node;
    const service = at(servicePlace(span));
    service.spans.push(span);
    if (isEntry(node)) service.faces.push(span);
    if (span.resource?.account_id) service.accounts.add(span.resource.account_id);
  }
  for (const { from, to, span } of all) {
    if (from.kind === 'client') continue;
    at(from).calls = true;
    if (to.kind === 'service') continue;
    at(to).faces.push(span);
    at(to).spans.push(span);
  }
  return found;
}

function serviceSubject({ place, faces, spans, calls }: OpenService, trace: Trace): Subject {
  const isService = place.kind === 'service';
  const isRoot = isService && place.name === trace.root.span.service;
  const flags = [
    isRoot ? ['first', 'root'] : [],
    calls ? [] : ['last'],
    isService ? [] : ['inferred'],
    place.kind === 'http' ? ['remote'] : [],
    spans.some((span) => span.end_us === undefined) ? ['partial'] : [],
  ].flat();
  return spanSubject({ faces, spans, flags, places: [place] });
}

interface Parts {
  /** Spans that speak for it: their status, times and http. */
  faces: readonly Span[];
  /** All its spans: their users, annotations, exceptions and resources. */
  spans: readonly Span[];
  flags: readonly string[];
  places?: readonly Place[];
  duration_us?: number;
}

function spanSubject({ faces, spans, flags, places = [], duration_us }: Parts): Subject {
  const statuses = faces.map((span) => span.status);
  const response_s = faces.map((span) => ((span.end_us ?? span.start_us) - span.start_us) / 1_000_000);
  return {
    flags: new Set([...flags, ...statuses, ...(statuses.includes('throttle') ? ['error'] : [])]),
    numbers(keyword) {
      if (keyword === 'responsetime') return response_s;
      if (keyword === 'http.status') return faces.flatMap((span) => span.http?.status ?? []);
      if (keyword !== 'duration') return [];
      return [duration_us === undefined ? response_s.reduce((a, b) => Math.max(a, b), 0) : duration_us / 1_000_000];
    },
    texts: (keyword) => textsOf(keyword, faces, spans),
    annotations: (key) =>
      spans.flatMap((span) => (Object.hasOwn(span.annotations, key) ? (span.annotations[key] ?? []) : [])),
    places,
  };
}

function textsOf(keyword: string, faces: readonly Span[], spans: readonly Span[]): string[] {
  switch (keyword) {
    case 'http.url':
      return faces.flatMap((span) => span.http?.url ?? []);
    case 'http.method':
      return faces.flatMap((span) => span.http?.method ?? []);
    case 'http.useragent':
      return faces.flatMap((span) => span.http?.user_agent ?? []);
    case 'http.clientip':
      return faces.flatMap((span) => span.http?.client_ip ?? []);
    case 'user':
      return spans.flatMap((span) => span.user ?? []);
    case 'message':
      return spans.flatMap((span) => span.exceptions ?? []).flatMap((exception) => exception.message ?? []);
    case 'availabilityzone':
      return spans.flatMap((span) => span.resource?.availability_zone ?? []);
    case 'instance.id':
      return spans.flatMap((span) => span.resource?.instance_id ?? []);
    case 'resource.arn':
      return spans.flatMap((span) => span.resource?.arns ?? []);
    default:
      return [];
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
