import type { AnnotationValue, Place, Trace } from '@throughline/traces';
import { subjectsOf, type Subject, type TraceSubjects } from './subjects.ts';
import type { Comparator, Filter, Selector } from './syntax.ts';

/** True when the trace passes the filter. */
export function matches(filter: Filter, trace: Trace): boolean {
  const subjects = subjectsOf(trace);
  return test(filter, subjects.trace, subjects);
}

function test(filter: Filter, subject: Subject, all: TraceSubjects): boolean {
  switch (filter.is) {
    case 'and':
      return filter.parts.every((part) => test(part, subject, all));
    case 'or':
      return filter.parts.some((part) => test(part, subject, all));
    case 'not':
      return !test(filter.part, subject, all);
    case 'flag':
      return hasFlag(filter.keyword, subject, all);
    case 'number':
      return numbersOf(filter.keyword, subject).some((number) => compare(number, filter.comparator, filter.value));
    case 'text':
      return compareAny(textsOf(filter.keyword, subject, all), filter.comparator, filter.value);
    case 'annotation':
      return hasAnnotation(subject, filter.key, filter.test);
    case 'id':
      return placesOf(subject, all).some((place) => selects(filter.selector, place));
    case 'service':
      return all
        .services()
        .filter((service) => service.places.some((place) => selects(filter.selector, place)))
        .some((service) => !filter.within || test(filter.within, service, all));
    case 'edge':
      return all
        .edges()
        .filter((edge) => selects(filter.from, edge.from) && selects(filter.to, edge.to))
        .some((edge) => !filter.within || test(filter.within, edge, all));
    default:
      return filter satisfies never;
  }
}

const OF_SERVICES: ReadonlySet<string> = new Set(['inferred', 'first', 'last', 'remote', 'root']);

function hasFlag(keyword: string, subject: Subject, all: TraceSubjects): boolean {
  if (subject !== all.trace || !OF_SERVICES.has(keyword)) return subject.flags.has(keyword);
  return all.services().some((service) => service.flags.has(keyword));
}

function placesOf(subject: Subject, all: TraceSubjects): Place[] {
  return subject === all.trace ? all.services().flatMap((service) => service.places) : subject.places;
}

function selects(selector: Selector, place: Place): boolean {
  return (
    (selector.name === undefined || selector.name === place.name) &&
    (selector.type === undefined || selector.type === place.type) &&
    selector.account === undefined
  );
}

function numbersOf(keyword: string, subject: Subject): number[] {
  switch (keyword) {
    case 'responsetime':
      return subject.response_s;
    case 'duration':
      return [subject.duration_s];
    case 'http.status':
      return subject.faces.flatMap((span) => span.http?.status ?? []);
    default:
      return [];
  }
}

function textsOf(keyword: string, subject: Subject, all: TraceSubjects): string[] {
  const http = subject.faces.flatMap((span) => span.http ?? []);
  switch (keyword) {
    case 'http.url':
      return http.flatMap((call) => call.url ?? []);
    case 'http.method':
      return http.flatMap((call) => call.method ?? []);
    case 'http.useragent':
      return http.flatMap((call) => call.user_agent ?? []);
    case 'http.clientip':
      return http.flatMap((call) => call.client_ip ?? []);
    case 'user':
      return subject.spans.flatMap((span) => span.user ?? []);
    case 'name':
      return placesOf(subject, all).map((place) => place.name);
    case 'type':
      return placesOf(subject, all).flatMap((place) => place.type ?? []);
    case 'message':
      return subject.spans.flatMap((span) => span.exceptions ?? []).flatMap((exception) => exception.message ?? []);
    default:
      return [];
  }
}

function hasAnnotation(
  subject: Subject,
  key: string,
  wanted: { comparator: Comparator; value: AnnotationValue } | undefined,
): boolean {
  const values = subject.spans.flatMap(
    (span) => Object.entries(span.annotations).find(([name]) => name === key)?.[1] ?? [],
  );
  if (!wanted) return values.length > 0;
  const sameType = values.filter((value) => typeof value === typeof wanted.value);
  return compareAny(sameType, wanted.comparator, wanted.value);
}

/** `!=` asks that no value is equal, everything else that some value fits. */
function compareAny(values: AnnotationValue[], comparator: Comparator, wanted: AnnotationValue): boolean {
  if (comparator === '!=') return values.length > 0 && values.every((value) => value !== wanted);
  return values.some((value) => compare(value, comparator, wanted));
}

function compare(value: AnnotationValue, comparator: Comparator, wanted: AnnotationValue): boolean {
  switch (comparator) {
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case 'CONTAINS':
      return String(value).includes(String(wanted));
    case 'BEGINSWITH':
      return String(value).startsWith(String(wanted));
    case 'ENDSWITH':
      return String(value).endsWith(String(wanted));
    default:
      return comparator satisfies never;
  }
}
