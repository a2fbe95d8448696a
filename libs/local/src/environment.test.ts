import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { serviceEnvironment, type Settings } from './environment.ts';

const settings: Settings = { offset: 100, state: '/state', tracing: 'mixed', sampling: 'all', secret: 's3cret' };
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

test('a service is told of those whom it calls, at the ports of its fleet, and of no others', () => {
  const env = serviceEnvironment('notifications', settings);
  assert.equal(env['PORT'], '8191');
  assert.deepEqual(
    Object.entries(env).filter(([name]) => /^(?!AWS_).*_URL$/.test(name)),
    [['MAIL_RELAY_URL', 'http://127.0.0.1:8193']],
  );
});

test('only the owner of a database is given its URL', () => {
  assert.match(
    serviceEnvironment('seats', settings)['DATABASE_URL'] ?? '',
    /^postgres:\/\/seats:.+@127.0.0.1:8194\/seats$/,
  );
  assert.equal(serviceEnvironment('gateway', settings)['DATABASE_URL'], undefined);
});

test('the mix is that of services.ts, another mode is for all, and third parties are never traced', () => {
  const tracing = (mode: Settings['tracing']) =>
    (['orders', 'pricing', 'bank'] as const).map(
      (name) => serviceEnvironment(name, { ...settings, tracing: mode })['TRACING'],
    );
  assert.deepEqual(tracing('mixed'), ['otel', 'xray', 'off']);
  assert.deepEqual(tracing('xray'), ['xray', 'xray', 'off']);
});

test("the user's own AWS and OpenTelemetry settings do not reach a service", () => {
  Object.assign(process.env, { AWS_PROFILE: 'prod', AWS_REGION: 'eu-west-1', OTEL_TRACES_EXPORTER: 'none' });
  const env = serviceEnvironment('orders', settings);
  assert.deepEqual([env['AWS_PROFILE'], env['OTEL_TRACES_EXPORTER']], [undefined, undefined]);
  assert.equal(env['AWS_REGION'], 'us-east-1');
});

test('SMTP_URL reaches the mail relay only', () => {
  process.env['SMTP_URL'] = 'smtp://localhost';
  assert.equal(serviceEnvironment('mail-relay', settings)['SMTP_URL'], 'smtp://localhost');
  assert.equal(serviceEnvironment('notifications', settings)['SMTP_URL'], undefined);
});
