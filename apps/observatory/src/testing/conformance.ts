import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ServiceModel } from '../aws/model.ts';

const DOCUMENT = new URL('../../../../docs/observatory-conformance.md', import.meta.url);
const PREFACE = `# What the observatory answers of the AWS APIs

Written by the observatory's tests; do not edit by hand. _Works_: what AWS's model and documentation say. _Partial_: the same but
for what is named. _Refused_: AWS's error for an unknown operation. The number is that of the facts that tests prove.
`;

/** What an offered operation lacks; empty when nothing. Operations that are not named are refused. */
export type Standings = Readonly<Record<string, string>>;

/** A fact of one operation, as a test. The conformance table counts it. */
export function conforms(operation: string, fact: string, run: (t: TestContext) => Promise<void>): void {
  void test(`${operation}: ${fact}`, run);
}

/**
 * The conformance table of a service: every operation of its model with its standing and the number of facts that the tests
 * under `folder` prove (calls of \`conforms\`).
 */
export function conformanceTable(service: string, model: ServiceModel, standings: Standings, folder: string): string {
  const facts = factsUnder(folder);
  const rows = Object.keys(model.operations)
    .toSorted()
    .map((name) => {
      const lacks = standings[name];
      const standing = lacks === undefined ? 'refused' : lacks === '' ? 'works' : 'partial';
      return [name, standing, lacks ?? '', lacks === undefined ? '' : String(facts.get(name) ?? 0)];
    });
  return [`## ${service}`, '', ...aligned([['operation', 'standing', 'missing', 'facts'], ...rows]), ''].join('\n');
}

/** The rows of a Markdown table, the first its head, with columns of one width as the formatter wants them. */
function aligned([head = [], ...rows]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

/** Puts a service's table into the document; true when it stood there already. */
export function keepConformance(service: string, table: string): boolean {
  const known = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : PREFACE;
  const sections = known.split(/^(?=## )/m).slice(1);
  const others = sections
    .filter((section) => !section.startsWith(`## ${service}\n`))
    .map((section) => section.trimEnd());
  const written = `${[PREFACE.trimEnd(), ...[...others, table.trimEnd()].toSorted()].join('\n\n')}\n`;
  if (written === known) return true;
  writeFileSync(DOCUMENT, written);
  return false;
}

function factsUnder(folder: string): Map<string, number> {
  const facts = new Map<string, number>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.test.ts')) continue;
    for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(/\bconforms\(\s*'(\w+)'/g)) {
      facts.set(name, (facts.get(name) ?? 0) + 1);
    }
  }
  return facts;
}
