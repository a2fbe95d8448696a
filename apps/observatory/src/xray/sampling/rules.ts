import { AwsError } from '../../aws/error.ts';
import type { Identity } from '../../aws/identity.ts';
import { xrayModel } from '../../aws/model.ts';
import type { InputReader } from '../../aws/input.ts';
import type { ConfigurationStore, SamplingRuleRow } from '../../store/configuration.ts';

/** `all` samples every request; `aws` as X-Ray does unasked: one a second and 5 % of the rest. */
export type SamplingSetting = 'all' | 'aws';

export interface SamplingRule {
  RuleName: string;
  RuleARN: string;
  ResourceARN: string;
  Priority: number;
  FixedRate: number;
  ReservoirSize: number;
  ServiceName: string;
  ServiceType: string;
  Host: string;
  HTTPMethod: string;
  URLPath: string;
  Version: number;
  Attributes: Record<string, string>;
  SamplingRateBoost?: { MaxRate: number; CooldownWindowMinutes: number };
}

const DEFAULT = 'Default';
/** X-Ray's quota of rules beside Default. */
const MOST_RULES = 25;
/** What of the Default rule may be changed. */
const DEFAULT_MEMBERS: ReadonlySet<string> = new Set(['RuleName', 'RuleARN', 'FixedRate', 'ReservoirSize']);
/** What UpdateSamplingRule may change, and its least and most where the model leaves them out. */
const CHANGEABLE: Readonly<Record<string, readonly [number, number] | undefined>> = {
  ResourceARN: undefined,
  Priority: [1, 9999],
  FixedRate: [0, 1],
  ReservoirSize: [0, Number.MAX_SAFE_INTEGER],
  Host: undefined,
  ServiceName: undefined,
  ServiceType: undefined,
  HTTPMethod: undefined,
  URLPath: undefined,
  Attributes: undefined,
  SamplingRateBoost: undefined,
};

interface Kept {
  rule: SamplingRule;
  created_ms: number;
  modified_ms: number;
}

/** The sampling rules, kept in the store. Default is the setting's until somebody changes it. */
export class SamplingRules {
  readonly #store: ConfigurationStore;
  readonly #identity: Identity;
  readonly #now: () => number;
  readonly #seed: Kept;

  constructor(store: ConfigurationStore, identity: Identity, setting: SamplingSetting, now: () => number) {
    this.#store = store;
    this.#identity = identity;
    this.#now = now;
    const any = { ResourceARN: '*', ServiceName: '*', ServiceType: '*', Host: '*', HTTPMethod: '*', URLPath: '*' };
    const FixedRate = setting === 'all' ? 1 : 0.05;
    this.#seed = {
      rule: {
        RuleName: DEFAULT,
        RuleARN: this.#arnOf(DEFAULT),
        Priority: 10_000,
        FixedRate,
        ReservoirSize: 1,
        ...any,
        Version: 1,
        Attributes: {},
      },
      created_ms: now(),
      modified_ms: now(),
    };
  }

  /** In the order in which clients try them: by priority, then by name; Default is last. */
  list(): Kept[] {
    const rows = this.#store.samplingRules().map(kept);
    const rules = rows.some(({ rule }) => rule.RuleName === DEFAULT) ? rows : [...rows, this.#seed];
    return rules.toSorted((a, b) => a.rule.Priority - b.rule.Priority || (a.rule.RuleName < b.rule.RuleName ? -1 : 1));
  }

  find(name: string): Kept | undefined {
    const row = this.#store.samplingRule(name);
    if (row) return kept(row);
    return name === DEFAULT ? this.#seed : undefined;
  }

  /** Epoch milliseconds of the last change to any rule. */
  modified(): number {
    return Math.max(this.#seed.modified_ms, this.#store.rulesModified());
  }

  async create(input: InputReader, given: Partial<SamplingRule>): Promise<Kept> {
    const { RuleName, RuleARN, Version } = given;
    if (!RuleName) throw input.fail('RuleName is required.');
    if (RuleARN !== undefined) throw input.fail('Specify a rule by its name or its ARN, but not both.');
    if (Version !== 1) throw input.fail('Version must be 1.');
    const rule = {
      ...modelled(given),
      RuleARN: this.#arnOf(RuleName),
      Attributes: given.Attributes ?? {},
    } as SamplingRule;
    return this.#change(RuleName, () => {
      if (this.find(RuleName)) throw input.fail(`A sampling rule with the name ${RuleName} already exists.`);
      const others = this.#store.samplingRules().filter(({ name }) => name !== DEFAULT);
      if (others.length >= MOST_RULES) {
        throw new AwsError('RuleLimitExceededException', `There can be at most ${MOST_RULES} sampling rules.`);
      }
      return { rule, created_ms: this.#now() };
    });
  }

  async update(input: InputReader, given: Partial<SamplingRule>): Promise<Kept> {
    const name = this.#nameIn(input, given);
    for (const [member, bounds] of Object.entries(CHANGEABLE)) {
      const value = (given as Record<string, unknown>)[member] ?? undefined;
      if (value === undefined) continue;
      if (name === DEFAULT && !DEFAULT_MEMBERS.has(member)) {
        throw input.fail(`Of the Default rule only FixedRate and ReservoirSize can be changed, not ${member}.`);
      }
      if (bounds && !(Number(value) >= bounds[0] && Number(value) <= bounds[1])) {
        throw input.fail(`${member} must be from ${bounds[0]} to ${bounds[1]}.`);
      }
    }
    return this.#change(name, () => {
      const known = this.find(name);
      if (!known) throw input.fail(`There is no sampling rule ${name}.`);
      const changes = Object.entries(given).filter(
        ([member, value]) => Object.hasOwn(CHANGEABLE, member) && value !== null,
      );
      return { rule: { ...known.rule, ...Object.fromEntries(changes) }, created_ms: known.created_ms };
    });
  }

  async delete(input: InputReader, given: Partial<SamplingRule>): Promise<Kept> {
    const name = this.#nameIn(input, given);
    if (name === DEFAULT) throw input.fail('The Default rule cannot be deleted.');
    const row = await this.#store.deleteRule(name, this.#now());
    if (!row) throw input.fail(`There is no sampling rule ${name}.`);
    return kept(row);
  }

  async #change(name: string, decide: () => { rule: SamplingRule; created_ms: number }): Promise<Kept> {
    const row = await this.#store.changeRule(name, () => {
      const { rule, created_ms } = decide();
      return { name, body: JSON.stringify(rule), created_ms, modified_ms: this.#now() };
    });
    return kept(row);
  }

  #nameIn(input: InputReader, { RuleName, RuleARN }: Partial<SamplingRule>): string {
    if (RuleName && RuleARN) throw input.fail('Specify a rule by its name or its ARN, but not both.');
    const name = RuleName || RuleARN?.split(':sampling-rule/')[1];
    if (!name) throw input.fail('Either RuleName or RuleARN is required.');
    if (RuleARN && RuleARN !== this.#arnOf(name)) throw input.fail(`There is no sampling rule ${RuleARN}.`);
    return name;
  }

  #arnOf(name: string): string {
    const { region, account } = this.#identity;
    return `arn:aws:xray:${region}:${account}:sampling-rule/${name}`;
  }
}

/** Without the members that X-Ray's model does not know. */
function modelled(given: Partial<SamplingRule>): Partial<SamplingRule> {
  const members = xrayModel.shapes['SamplingRule']?.members ?? {};
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => Object.hasOwn(members, name) && value !== null),
  );
}

const kept = ({ body, created_ms, modified_ms }: SamplingRuleRow): Kept => ({
  rule: JSON.parse(body) as SamplingRule,
  created_ms,
  modified_ms,
});

export function toRecord({ rule, created_ms, modified_ms }: Kept): object {
  return { SamplingRule: rule, CreatedAt: created_ms / 1000, ModifiedAt: modified_ms / 1000 };
}
