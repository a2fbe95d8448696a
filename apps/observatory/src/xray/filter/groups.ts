import { parseFilter } from './parse.ts';
import { FilterError, type Filter } from './syntax.ts';

/** Finds a group's filter expression by its name or ARN; undefined when there is no such group. */
export type FindGroup = (by: 'name' | 'arn', value: string) => { FilterExpression?: string } | undefined;

/** Groups may refer to groups, this deep and this often in all. */
const DEEPEST = 5;
const MOST_OFTEN = 100;

/** Reads an expression and puts each group's own filter in its place. A group without a filter has every trace. Throws FilterError. */
export function parseWithGroups(expression: string, find: FindGroup): Filter {
  let references = 0;
  const counted: FindGroup = (by, value) => {
    references += 1;
    if (references > MOST_OFTEN) throw new FilterError(`groups are referred to more than ${MOST_OFTEN} times`, 0);
    return find(by, value);
  };
  return bind(parseFilter(expression), counted, 0);
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
      if (FilterExpression.trim() === '') return { is: 'and', parts: [] };
      return bind(parseFilter(FilterExpression), find, depth + 1);
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
