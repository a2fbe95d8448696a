import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { service, shopServices, type ServiceName } from '@throughline/contracts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const sdk = { otel: 'OpenTelemetry', xray: 'X-Ray SDK', off: '–' };

function row(name: ServiceName): string {
  const { tracing, database, tables, calls, sendsTo, does } = service(name);
  const keeps =
    [database && 'PostgreSQL', Object.keys(tables).length > 0 && 'DynamoDB'].filter(Boolean).join(', ') || '–';
  const reaches = [...Object.keys(calls), ...sendsTo.map((queue) => `\`${queue}\``)].join(', ') || '–';
  return [`[${name}](apps/${name})`, sdk[tracing], keeps, reaches, does].join(' | ');
}

describe('the README', () => {
  it('lists every service as services.ts has it', () => {
    const rows = readme.split('\n').map((line) => line.replaceAll(/\s*\|\s*/g, ' | ').replaceAll(/^ \| | \| $/g, ''));
    for (const name of shopServices) assert.ok(rows.includes(row(name)), `README.md lacks this row: | ${row(name)} |`);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, script = ''] of readme.matchAll(/npm run ([\w:-]+)/g)) assert.ok(script in scripts, script);
  });

  it('links only to what is there', () => {
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g))
      assert.ok(existsSync(join(root, target)), target);
  });
});

describe('every project', () => {
  it('says in a README of its own what it is', () => {
    const folders = ['apps', 'libs'].flatMap((part) => readdirSync(join(root, part)).map((name) => join(part, name)));
    for (const folder of folders) assert.ok(existsSync(join(root, folder, 'README.md')), `${folder} has no README.md`);
  });
});
