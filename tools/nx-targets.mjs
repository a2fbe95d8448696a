import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const inputs = ['default', '^default', 'toolchain'];
const target = (...commands) => ({
  executor: 'nx:run-commands',
  options: { commands, parallel: false, cwd: '{projectRoot}' },
  inputs,
  cache: true,
});
const preloaded = (preload) => `--import @throughline/testing/${preload} `;
const test = (options) => `node ${options}--test "src/**/*.test.ts"`;

/** How the tests are run, once each: under which SDK, or under none. */
const runsFor = (tags) => {
  if (tags.includes('traced')) return ['otel', 'xray'].map(preloaded);
  return [tags.includes('untraced') ? '' : preloaded('preload')];
};

/**
 * Every target, once, for each workspace package; a project names its tags and nothing else. What is tagged `traced` is tested
 * under both SDKs, what is tagged `untraced` under none.
 */
const targetsFor = (tags) => ({
  typecheck: target('tsc -p tsconfig.json'),
  test: target(...runsFor(tags).map(test)),
});

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
