import { randomBytes } from 'node:crypto';
import { AwsError } from '../aws/error.ts';
import type { Identity } from '../aws/identity.ts';
import type { InputReader } from '../aws/input.ts';
import type { ConfigurationStore } from '../store/configuration.ts';
import { parseWithGroups, type FindGroup } from './filter/groups.ts';
import { FilterError, type Filter } from './filter/syntax.ts';
import type { Operations } from './protocol.ts';

/** X-Ray's quota of groups beside Default. */
const MOST_GROUPS = 25;
const DEFAULT = 'Default';

export interface Group {
  GroupName: string;
  GroupARN: string;
  FilterExpression?: string;
  InsightsConfiguration: { InsightsEnabled: false; NotificationsEnabled: false };
}

const NO_INSIGHTS = { InsightsEnabled: false, NotificationsEnabled: false } as const;

/** The groups, as filters and graphs find them. The group Default has every trace. */
export class Groups {
  readonly #store: ConfigurationStore;
  readonly #identity: Identity;

  constructor(store: ConfigurationStore, identity: Identity) {
    this.#store = store;
    this.#identity = identity;
  }

  readonly find = (by: 'name' | 'arn', value: string): Group | undefined => {
    const builtIn = this.#default();
    if (value === (by === 'name' ? builtIn.GroupName : builtIn.GroupARN)) return builtIn;
    const row = this.#store.group(by, value);
    return row && (JSON.parse(row.body) as Group);
  };

  list(): Group[] {
    return [this.#default(), ...this.#store.groups().map(({ body }) => JSON.parse(body) as Group)];
  }

  arnOf(name: string): string {
    const { region, account } = this.#identity;
    return `arn:aws:xray:${region}:${account}:group/${name}`;
  }

  /** The group that GroupName or GroupARN name; undefined when the input has neither. Refuses one that is not there. */
  named(input: InputReader): Group | undefined {
    const name = input.text('GroupName');
    const arn = input.text('GroupARN');
    if (name === undefined && arn === undefined) return undefined;
    const group = name === undefined ? this.find('arn', arn ?? '') : this.find('name', name);
    if (!group || (arn !== undefined && group.GroupARN !== arn)) throw input.fail(`Group not found: ${name ?? arn}.`);
    return group;
  }

  /** The filter of the group that the input names, for graphs. */
  filterOf(input: InputReader): Filter | undefined {
    const expression = this.named(input)?.FilterExpression;
    return expression === undefined ? undefined : readFilter(input, expression, this.find);
  }

  #default(): Group {
    return { GroupName: DEFAULT, GroupARN: this.arnOf(DEFAULT), InsightsConfiguration: NO_INSIGHTS };
  }
}

/** Reads a filter expression; undefined when it is empty. */
export function readFilter(input: InputReader, expression: string, find: FindGroup): Filter | undefined {
  if (expression.trim() === '') return undefined;
  try {
    return parseWithGroups(expression, find);
  } catch (error) {
    if (error instanceof FilterError) throw input.fail(error.message);
    throw error;
  }
}

/** CreateGroup, UpdateGroup, DeleteGroup, GetGroup and GetGroups. */
export function groupOperations(store: ConfigurationStore, groups: Groups): Operations {
  const existing = (input: InputReader): Group => {
    const group = groups.named(input);
    if (!group) throw input.fail('Either GroupName or GroupARN is required.');
    return group;
  };
  const changeable = (input: InputReader): Group => {
    const group = existing(input);
    if (group.GroupName === DEFAULT) throw input.fail('The Default group cannot be changed.');
    return group;
  };
  const checkFilter = (input: InputReader): { FilterExpression?: string } => {
    const FilterExpression = input.text('FilterExpression');
    if (FilterExpression === undefined) return {};
    readFilter(input, FilterExpression, groups.find);
    return { FilterExpression };
  };
  const put = async (decide: () => Group): Promise<{ Group: Group }> => {
    const { body } = await store.changeGroup(() => {
      const group = decide();
      return { name: group.GroupName, arn: group.GroupARN, body: JSON.stringify(group) };
    });
    return { Group: JSON.parse(body) as Group };
  };

  return {
    CreateGroup: (input) => {
      const GroupName = input.requiredText('GroupName');
      const filter = checkFilter(input);
      refuseTags(input);
      refuseInsights(input);
      return put(() => {
        if (groups.find('name', GroupName)) throw input.fail(`A group with the name ${GroupName} already exists.`);
        if (store.groups().length >= MOST_GROUPS) throw input.fail(`There can be at most ${MOST_GROUPS} groups.`);
        const GroupARN = `${groups.arnOf(GroupName)}/${randomBytes(16).toString('hex').toUpperCase()}`;
        return { GroupName, GroupARN, ...filter, InsightsConfiguration: NO_INSIGHTS };
      });
    },
    UpdateGroup: (input) => {
      const filter = checkFilter(input);
      refuseInsights(input);
      return put(() => ({ ...changeable(input), ...filter }));
    },
    DeleteGroup: async (input) => {
      await store.deleteGroup(changeable(input).GroupName);
      return {};
    },
    GetGroup: (input) => ({ Group: existing(input) }),
    GetGroups: (input) => {
      if (input.text('NextToken')) throw input.fail('NextToken is not valid.');
      return { Groups: groups.list() };
    },
  };
}

/** Tags have no operation to be read by here; taking them would be keeping quiet about it. */
export function refuseTags(input: InputReader): void {
  if (input.list('Tags').length > 0) {
    throw new AwsError('InvalidRequestException', 'Tags are not offered here; leave Tags out.');
  }
}

function refuseInsights(input: InputReader): void {
  const { InsightsEnabled, NotificationsEnabled } = input.object('InsightsConfiguration');
  if (NotificationsEnabled === true && InsightsEnabled !== true) {
    throw input.fail('NotificationsEnabled needs InsightsEnabled.');
  }
  if (InsightsEnabled === true) throw input.fail('Insights are not offered here; leave InsightsEnabled false.');
}
