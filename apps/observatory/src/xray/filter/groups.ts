import { parseFilter } from './parse.ts';
import { FilterError, type Filter } from './syntax.ts';

/** Finds a group's filter expression by its name or ARN; undefined when there is no such group. */
export type FindGroup = (by: 'name' | 'arn', value: string) => { FilterExpression?: string } | undefined;

/** Groups may refer to groups, this deep. */
const DEEPEST = 5;

/** Reads an expression and puts each group's own filter in its place. A group without a filter has every trace. Throws FilterError. */
export function parseWithGroups(expression: string, find: FindGroup, depth = 0): Filter {
  return bind(parseFilter(expression), find, depth);
}

function bind(filter: Filter, find: FindGroup, depth: number): Filter {
  switch (filter.is) {
    case 'and':
    case 'or':
      return { is: filter.is, parts: filter.parts.map((part) => bind(part, find, depth)) };
    case 'not':
      return { is: 'not', part: bind(filter.part, find, depth) };
    case 'service':
    case 'edge':
    case 'cause':
      return filter.within ? { ...filter, within: bind(filter.within, find, depth) } : filter;
    case 'group': {
      const group = find(filter.by, filter.value);
      if (!group) throw new FilterError(`there is no group ${filter.value}`, filter.at);
      if (depth === DEEPEST) throw new FilterError(`groups refer to each other deeper than ${DEEPEST}`, filter.at);
      const { FilterExpression = '' } = group;
      return FilterExpression.trim() === ''
        ? { is: 'and', parts: [] }
        : parseWithGroups(FilterExpression, find, depth + 1);
    }
    case 'annotation':
    case 'flag':
    case 'id':
    case 'json':
    case 'number':
    case 'set':
    case 'text':
      return filter;
    default:
      return filter satisfies never;
  }
}
