import type { ShapedCause } from '../root-causes.ts';
import type { Subject } from './subjects.ts';
import type { CausePart } from './syntax.ts';

/** The services, entities or exceptions of root causes as a filter sees them; `first`, `last` and `index` count along one cause. */
export function causeSubjects(causes: readonly ShapedCause[], part: CausePart): Subject[] {
  return causes.flatMap(({ Services }) => {
    if (part === 'service') {
      return inOrder(Services, (service, index) => ({
        name: service.Name,
        type: service.Type,
        flags: [service.Inferred ? 'inferred' : '', index === 0 ? 'root' : ''],
      }));
    }
    const entities = Services.flatMap(({ EntityPath, Type, Inferred }) =>
      EntityPath.map((entity) => ({ ...entity, Type, Inferred })),
    );
    if (part === 'entity') {
      return inOrder(entities, (entity) => ({
        name: entity.Name,
        type: entity.Type,
        coverage: entity.Coverage,
        flags: [entity.Remote ? 'remote' : '', entity.Inferred ? 'inferred' : ''],
      }));
    }
    const exceptions = entities.flatMap(({ Exceptions = [], Remote }) =>
      Exceptions.map((exception) => ({ ...exception, Remote })),
    );
    return inOrder(exceptions, ({ Name, Message, Remote }) => ({
      name: Name,
      type: Name,
      message: Message,
      flags: [Remote ? 'remote' : ''],
    }));
  });
}

interface Element {
  name: string | undefined;
  type?: string | undefined;
  message?: string | undefined;
  coverage?: number | undefined;
  flags: string[];
}

function inOrder<T>(list: readonly T[], read: (item: T, index: number) => Element): Subject[] {
  return list.map((item, index) => {
    const element = read(item, index);
    const { name, type, message, coverage } = element;
    const texts: Record<string, string | undefined> = { name, type, message };
    const numbers: Record<string, number | undefined> = { index, coverage };
    return {
      flags: new Set([...element.flags, index === 0 ? 'first' : '', index === list.length - 1 ? 'last' : '']),
      numbers: (keyword) => only(numbers[keyword]),
      texts: (keyword) => only(texts[keyword]),
      annotations: () => [],
      places: [],
    };
  });
}

const only = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value]);
