import type { DatabaseSync } from 'node:sqlite';
import type { Writer } from './writer.ts';

/** A sampling rule as it is kept; `body` is X-Ray's SamplingRule as JSON. */
export interface SamplingRuleRow {
  name: string;
  body: string;
  created_ms: number;
  modified_ms: number;
}

/** A group as it is kept; `body` is X-Ray's Group as JSON. */
export interface GroupRow {
  name: string;
  arn: string;
  body: string;
}

/** What clients reported of one rule in one window of ten seconds. */
export interface SamplingWindow {
  rule: string;
  window_s: number;
  requests: number;
  borrowed: number;
  sampled: number;
}

const WINDOW_S = 10;
const KEPT_WINDOWS_S = 60 * 60;

/** X-Ray's sampling rules, groups and sampling statistics. What a write resolved is in the file. */
export class ConfigurationStore {
  readonly #writer: Writer;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: DatabaseSync, writer: Writer) {
    this.#writer = writer;
    this.#sql = statements(db);
  }

  samplingRules(): SamplingRuleRow[] {
    return this.#sql.rules.all() as unknown as SamplingRuleRow[];
  }

  samplingRule(name: string): SamplingRuleRow | undefined {
    return this.#sql.rule.get(name) as unknown as SamplingRuleRow | undefined;
  }

  /** When a rule was last made, changed or deleted; 0 when none ever was. */
  rulesModified(): number {
    return Number(this.#sql.setting.get('rules_modified_ms')?.['value'] ?? 0);
  }

  /** Makes or replaces a rule, as `decide` says from what there is; what it throws rejects and changes nothing. */
  changeRule(name: string, decide: (known: SamplingRuleRow | undefined) => SamplingRuleRow): Promise<SamplingRuleRow> {
    return this.#writer.write(() => {
      const row = decide(this.samplingRule(name));
      this.#sql.putRule.run(row.name, row.body, row.created_ms, row.modified_ms);
      this.#sql.putSetting.run('rules_modified_ms', row.modified_ms);
      return row;
    });
  }

  /** Resolves to the rule that is gone; undefined when there was none. */
  deleteRule(name: string, now_ms: number): Promise<SamplingRuleRow | undefined> {
    return this.#writer.write(() => {
      const row = this.samplingRule(name);
      if (!row) return undefined;
      this.#sql.deleteRule.run(name);
      this.#sql.putSetting.run('rules_modified_ms', now_ms);
      return row;
    });
  }

  groups(): GroupRow[] {
    return this.#sql.groups.all() as unknown as GroupRow[];
  }

  group(by: 'name' | 'arn', value: string): GroupRow | undefined {
    return this.#sql[by === 'name' ? 'groupByName' : 'groupByArn'].get(value) as unknown as GroupRow | undefined;
  }

  /** Makes or replaces a group, as `decide` says; what it throws rejects and changes nothing. */
  changeGroup(decide: () => GroupRow): Promise<GroupRow> {
    return this.#writer.write(() => {
      const row = decide();
      this.#sql.putGroup.run(row.name, row.arn, row.body);
      return row;
    });
  }

  /** Resolves to false when there was none. */
  deleteGroup(name: string): Promise<boolean> {
    return this.#writer.write(() => this.#sql.deleteGroup.run(name).changes !== 0);
  }

  /** Adds what clients report to the windows of their times; keeps an hour. */
  addStatistics(reports: readonly SamplingWindow[], now_ms: number): Promise<void> {
    return this.#writer.write(() => {
      for (const { rule, window_s, requests, borrowed, sampled } of reports) {
        this.#sql.addWindow.run(rule, window_s - (window_s % WINDOW_S), requests, borrowed, sampled);
      }
      this.#sql.sweepWindows.run(Math.floor(now_ms / 1000) - KEPT_WINDOWS_S);
    });
  }

  /** Windows, newest first, after the given one. */
  statistics(limit: number, after?: { window_s: number; rule: string }): SamplingWindow[] {
    const { window_s, rule } = after ?? { window_s: Number.MAX_SAFE_INTEGER, rule: '' };
    return this.#sql.windows.all(window_s, rule, limit) as unknown as SamplingWindow[];
  }
}

function statements(db: DatabaseSync) {
  return {
    rules: db.prepare('SELECT name, body, created_ms, modified_ms FROM sampling_rules ORDER BY name'),
    rule: db.prepare('SELECT name, body, created_ms, modified_ms FROM sampling_rules WHERE name = ?'),
    putRule: db.prepare(`
      INSERT INTO sampling_rules (name, body, created_ms, modified_ms) VALUES (?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET body = excluded.body, modified_ms = excluded.modified_ms`),
    deleteRule: db.prepare('DELETE FROM sampling_rules WHERE name = ?'),
    setting: db.prepare('SELECT value FROM xray_settings WHERE name = ?'),
    putSetting: db.prepare(`
      INSERT INTO xray_settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`),
    groups: db.prepare('SELECT name, arn, body FROM trace_groups ORDER BY name'),
    groupByName: db.prepare('SELECT name, arn, body FROM trace_groups WHERE name = ?'),
    groupByArn: db.prepare('SELECT name, arn, body FROM trace_groups WHERE arn = ?'),
    putGroup: db.prepare(`
      INSERT INTO trace_groups (name, arn, body) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET arn = excluded.arn, body = excluded.body`),
    deleteGroup: db.prepare('DELETE FROM trace_groups WHERE name = ?'),
    addWindow: db.prepare(`
      INSERT INTO sampling_statistics (rule, window_s, requests, borrowed, sampled) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (window_s, rule) DO UPDATE SET
        requests = requests + excluded.requests, borrowed = borrowed + excluded.borrowed,
        sampled = sampled + excluded.sampled`),
    sweepWindows: db.prepare('DELETE FROM sampling_statistics WHERE window_s < ?'),
    windows: db.prepare(`
      SELECT rule, window_s, requests, borrowed, sampled FROM sampling_statistics
      WHERE window_s <= ? AND (window_s < ?1 OR rule > ?2)
      ORDER BY window_s DESC, rule LIMIT ?3`),
  };
}
