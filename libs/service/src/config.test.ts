import assert from 'node:assert/strict';
import { it } from 'node:test';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.ts';

const shape = { DATABASE_URL: z.url(), HOLD_MINUTES: z.coerce.number().int().min(1).default(5) };
const good = { PORT: '8083', DATABASE_URL: 'postgresql://seats:secret@127.0.0.1/seats' };

const problem = (env: NodeJS.ProcessEnv): string => {
  try {
    readConfig(shape, env);
    return 'none';
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
};

it('settings are read by their types, with their defaults', () => {
  assert.deepEqual(readConfig(shape, good), {
    PORT: 8083,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    CLOUDWATCH_LOGS: 'on',
    DATABASE_URL: good.DATABASE_URL,
    HOLD_MINUTES: 5,
  });
});

it('an empty variable counts as not set', () => {
  assert.equal(readConfig(shape, { ...good, HOLD_MINUTES: '', HOST: '' }).HOLD_MINUTES, 5);
  assert.match(problem({ ...good, PORT: '' }), /^PORT is not set: /);
});

it('a setting that cannot be used is named, with the reason', () => {
  assert.match(problem({}), /^PORT is not set: /);
  assert.match(problem({ PORT: '1' }), /^DATABASE_URL is not set: /);
  for (const PORT of ['x', '-1', '65536', '80.5', 'Infinity', ' x']) {
    assert.match(problem({ ...good, PORT }), /^PORT cannot be used: \w+/, PORT);
  }
  assert.match(problem({ ...good, LOG_LEVEL: 'loud' }), /^LOG_LEVEL cannot be used: .*"debug"/);
  assert.match(problem({ ...good, HOLD_MINUTES: '0' }), /^HOLD_MINUTES cannot be used: /);
});

it('no error repeats a value, which may hold a password', () => {
  assert.doesNotMatch(problem({ ...good, DATABASE_URL: 'postgresql//seats:secret@' }), /secret/);
});
