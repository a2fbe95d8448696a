import type { AnnotationValue, Place, Trace } from '@throughline/traces';
import { rootCauses, type ShapedCause } from '../root-causes.ts';
import { causeSubjects } from './cause-subjects.ts';
import { subjectsOf, type Subject, type TraceSubjects } from './subjects.ts';
import { FLAGS_OF_SERVICES, NUMBERS, type CauseClass, type Comparator, type Filter, type Selector } from './syntax.ts';

/** True when the trace passes the filter. */
export function matches(filter: Filter, trace: Trace): boolean {
  const subjects = subjectsOf(trace);
  const causes = new Map<CauseClass, ShapedCause[]>();
  const causesOf = (of: CauseClass) => {
    const known = causes.get(of) ?? rootCauses(trace, of);
    causes.set(of, known);
    return known;
  };
  return test(filter, subjects.trace, { ...subjects, causesOf, known: new Map() });
}

/** True when a selector means this place. */
export function selects({ name, type }: Omit<Selector, 'account'>, place: Place): boolean {
  return (name === undefined || name === place.name) && (type === undefined || type === place.type);
}

type All = TraceSubjects & {
  causesOf(of: CauseClass): ShapedCause[];
  /** What is known of filters that ask the whole trace wherever they stand, so that nesting them costs no more. */
  known: Map<Filter, boolean>;
};

function test(filter: Filter, subject: Subject, all: All): boolean {
  switch (filter.is) {
    case 'and':
      return filter.parts.every((part) => test(part, subject, all));
    case 'or':
      return filter.parts.some((part) => test(part, subject, all));
    case 'not':
      return !test(filter.part, subject, all);
    case 'flag':
      return hasFlag(filter.keyword, subject, all);
    case 'set':
      return (
        (NUMBERS.has(filter.keyword) ? subject.numbers(filter.keyword) : textsOf(filter.keyword, subject, all)).length >
        0
      );
    case 'number':
      return subject.numbers(filter.keyword).some((number) => compare(number, filter.comparator, filter.value));
    case 'text':
      return compareAny(textsOf(filter.keyword, subject, all), filter.comparator, filter.value);
    case 'annotation':
      return hasAnnotation(subject.annotations(filter.key), filter.test);
    case 'id':
      return placesOf(subject, all).some((place) => isSelected(filter.selector, place, all));
    case 'service':
    case 'edge':
    case 'cause':
    case 'json': {
      const known = all.known.get(filter) ?? testWhole(filter, all);
      all.known.set(filter, known);
      return known;
    }
    case 'group':
      throw new Error(`group ${filter.value} is not bound`);
    default:
      return filter satisfies never;
  }
}

type WholeFilter = Extract<Filter, { is: 'service' | 'edge' | 'cause' | 'json' }>;

function testWhole(filter: WholeFilter, all: All): boolean {
  switch (filter.is) {
    case 'service':
      return all
        .services()
        .filter((service) => service.places.some((place) => isSelected(filter.selector, place, all)))
        .some((service) => !filter.within || test(filter.within, service, all));
    case 'edge':
      return all
        .edges()
        .filter((edge) => isSelected(filter.from, edge.from, all) && isSelected(filter.to, edge.to, all))
        .some((edge) => !filter.within || test(filter.within, edge, all));
    case 'cause': {
      const { of, part, within } = filter;
      return causeSubjects(all.causesOf(of), part).some((element) => !within || test(within, element, all));
    }
    case 'json':
      return hasCause(all, filter.of, filter.wanted);
    default:
      return filter satisfies never;
  }
}

function hasFlag(keyword: string, subject: Subject, all: All): boolean {
  if (subject !== all.trace || !FLAGS_OF_SERVICES.has(keyword)) return subject.flags.has(keyword);
  return all.services().some((service) => service.flags.has(keyword));
}

function placesOf(subject: Subject, all: All): readonly Place[] {
  return subject === all.trace ? all.services().flatMap((service) => service.places) : subject.places;
}

function isSelected(selector: Selector, place: Place, all: All): boolean {
  return selects(selector, place) && (selector.account === undefined || all.accountsOf(place).has(selector.account));
}

function textsOf(keyword: string, subject: Subject, all: All): string[] {
  const places = placesOf(subject, all);
  if (keyword === 'name' && places.length > 0) return places.map((place) => place.name);
  if (keyword === 'type' && places.length > 0) return places.flatMap((place) => place.type ?? []);
  return subject.texts(keyword);
}

const CLASSES: readonly CauseClass[] = ['fault', 'error', 'responsetime'];

/** True when every wanted root cause is there. What is given has to be equal, what is left out may be anything. */
function hasCause(all: All, of: CauseClass | undefined, wanted: unknown): boolean {
  const causes: unknown[] = (of ? [of] : CLASSES).flatMap((each) => all.causesOf(each));
  return [wanted].flat().every((one) => causes.some((cause) => fits(one, cause)));
}

function fits(wanted: unknown, actual: unknown): boolean {
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(actual) && actual.length === wanted.length && wanted.every((one, index) => fits(one, actual[index]))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return (wanted ?? undefined) === (actual ?? undefined);
  if (typeof actual !== 'object' || actual === null) return false;
  return Object.entries(wanted).every(([key, value]) => fits(value, (actual as Record<string, unknown>)[key]));
}

function hasAnnotation(
  values: AnnotationValue[],
  wanted: { comparator: Comparator; value: AnnotationValue } | undefined,
): boolean {
  // A boolean annotation alone stands for its value, any other for being set.
  if (!wanted) return values.some((value) => value !== false);
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
