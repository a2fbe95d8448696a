import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTelemetrySettings } from './settings.ts';

it('one variable is enough, an empty one counts as not set', () => {
  const expected = {
    service: 'seats',
    tracing: 'otel',
    sampling: 'all',
    otlpEndpoint: 'http://127.0.0.1:4318',
    daemonAddress: '127.0.0.1:2000',
    flushMs: 250,
  };
  assert.deepEqual(readTelemetrySettings({ SERVICE: 'seats' }), expected);
  const empty = {
    TRACING: '',
    SAMPLING: '',
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    AWS_XRAY_DAEMON_ADDRESS: '',
    TELEMETRY_FLUSH_MS: '',
  };
  assert.deepEqual(readTelemetrySettings({ SERVICE: 'seats', ...empty }), expected);
});

it('the daemon may have two addresses', () => {
  const address = 'tcp:daemon:2000 udp:daemon:2001';
  assert.equal(readTelemetrySettings({ SERVICE: 'seats', AWS_XRAY_DAEMON_ADDRESS: address }).daemonAddress, address);
});

it('a setting that cannot be used is named, with what it may be', () => {
  const message = (env: NodeJS.ProcessEnv): string => {
    try {
      readTelemetrySettings(env);
      return 'accepted';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.match(message({}), /^SERVICE is not set; .*SERVICE=seats/);
  const wrong: [string, string, RegExp][] = [
    ['TRACING', 'xrays', /otel, xray, off/],
    ['TRACING', 'toString', /otel, xray, off/],
    ['SAMPLING', 'some', /all, aws/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'nonsense', /http:\/\//],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', /http:\/\//],
    ['AWS_XRAY_DAEMON_ADDRESS', 'http://127.0.0.1:2000', /host:port/],
    ['AWS_XRAY_DAEMON_ADDRESS', '127.0.0.1', /host:port/],
    ['TELEMETRY_FLUSH_MS', 'soon', /milliseconds/],
    ['TELEMETRY_FLUSH_MS', '-1', /milliseconds/],
  ];
  for (const [name, value, remedy] of wrong) {
    const said = message({ SERVICE: 'seats', [name]: value });
    assert.ok(said.startsWith(`${name}=${value} is not`), said);
    assert.match(said, remedy);
  }
});

it('a process with such a setting ends with exit code 2 and one line', () => {
  const preload = fileURLToPath(new URL('preload.ts', import.meta.url));
  const env = { ...process.env, SERVICE: 'seats', TRACING: 'jaeger' };
  const { status, stderr } = spawnSync(process.execPath, ['--import', preload, '--eval', '0'], {
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.equal(stderr, 'seats: TRACING=jaeger is not known; set it to one of otel, xray, off\n');
});
