import { crossings, isEntry, type Crossing, type Place, type Span, type Trace } from '@throughline/traces';

/** What a filter is asked about: a whole trace, one service in it, or one edge. */
export interface Subject {
  flags: ReadonlySet<string>;
  duration_s: number;
  response_s: number[];
  /** Spans that speak for it: their http, status, user. */
  faces: Span[];
  /** All its spans: their annotations and exceptions. */
  spans: Span[];
  places: Place[];
}

export interface TraceSubjects {
  trace: Subject;
  services(): Subject[];
  edges(): (Subject & { from: Place; to: Place })[];
}

/** A trace, its services and its edges as a filter sees them. Flags, response time and http of a trace are those of its root. */
export function subjectsOf(trace: Trace): TraceSubjects {
  let known: Crossing[] | undefined;
  const all = () => (known ??= crossings(trace));
  const spans = [...trace.nodes.values()].map((node) => node.span);
  const partial = isPartial(trace);
  return {
    trace: subject([trace.root.span], spans, [], partial ? ['partial'] : [], trace.duration_us),
    services: () => services(trace, all()),
    edges: () =>
      all().map((crossing) => ({
        ...subject([crossing.span], [crossing.span], [crossing.from, crossing.to], []),
        from: crossing.from,
        to: crossing.to,
      })),
  };
}

/** True when something of the trace is still to come: a span in progress, or a parent inside it that is missing. */
export function isPartial(trace: Trace): boolean {
  return trace.in_progress || trace.missing_parents.some((span) => span !== trace.root.span);
}

function services(trace: Trace, all: Crossing[]): Subject[] {
  const found = new Map<string, { place: Place; faces: Span[]; spans: Span[]; calls: boolean }>();
  const at = (place: Place) => {
    const key = `${place.kind} ${place.name}`;
    const entry = found.get(key) ?? { place, faces: [], spans: [], calls: false };
    found.set(key, entry);
    return entry;
  };
  for (const node of trace.nodes.values()) {
    const { span } = node;
    const entry = at({ name: span.service, kind: 'service', ...(span.origin && { type: span.origin }) });
    entry.spans.push(span);
    if (isEntry(node)) entry.faces.push(span);
  }
  for (const { from, to, span } of all) {
    if (from.kind === 'client') continue;
    at(from).calls = true;
    if (to.kind === 'service') continue;
    at(to).faces.push(span);
    at(to).spans.push(span);
  }
  const rootService = trace.root.span.service;
  return [...found.values()].map(({ place, faces, spans, calls }) => {
    const isRoot = place.kind === 'service' && place.name === rootService;
    const flags = [
      isRoot ? ['first', 'root'] : [],
      calls ? [] : ['last'],
      place.kind === 'service' ? [] : ['inferred'],
      place.kind === 'http' ? ['remote'] : [],
      spans.some((span) => span.end_us === undefined) ? ['partial'] : [],
    ].flat();
    return subject(faces, spans, [place], flags);
  });
}

function subject(faces: Span[], spans: Span[], places: Place[], flags: string[], duration_us?: number): Subject {
  const statuses = faces.map((span) => span.status);
  const response_s = faces.map((span) => ((span.end_us ?? span.start_us) - span.start_us) / 1_000_000);
  return {
    flags: new Set([...flags, ...statuses, ...(statuses.includes('throttle') ? ['error'] : [])]),
    duration_s: duration_us === undefined ? Math.max(0, ...response_s) : duration_us / 1_000_000,
    response_s,
    faces,
    spans,
    places,
  };
}
