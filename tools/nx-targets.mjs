import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const inputs = ['default', '^default', 'toolchain'];
const target = (...commands) => ({
  executor: 'nx:run-commands',
  options: { commands, parallel: false, cwd: '{projectRoot}', env: { FORCE_COLOR: '0' } },
  inputs,
  cache: true,
});
const test = (...flags) => ['node', ...flags, '--test', '--test-timeout=300000', '"src/**/*.test.ts"'].join(' ');

/**
 * Every target, once, for each workspace package; a project names its tags and nothing else. One that is tagged `traced:otel`
 * or `traced:xray` is tested under that SDK; with both tags, once under each.
 */
function targetsFor(tags) {
  const sdks = ['otel', 'xray'].filter((sdk) => tags.includes(`traced:${sdk}`));
  const tests = sdks.map((sdk) => test('--import', `@throughline/testing/${sdk}`));
  return { typecheck: target('tsc -p tsconfig.json'), test: target(...(tests.length > 0 ? tests : [test()])) };
}

const projectOf = (file) => {
  const root = dirname(file);
  const { nx } = JSON.parse(readFileSync(file, 'utf8'));
  return { projects: { [root]: { root, targets: targetsFor(nx?.tags ?? []) } } };
};

export const name = 'throughline-targets';
export const createNodesV2 = [
  '{{apps,libs}/*,bench,tools}/package.json',
  (files) => files.map((file) => [file, projectOf(file)]),
];
