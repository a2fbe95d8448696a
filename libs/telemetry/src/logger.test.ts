import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, it, mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { tracing } from './current.ts';
import { createLogger, type Logger } from './logger.ts';

/** What is written to stdout while `work` runs. */
function linesOf(work: (log: Logger) => void, level?: string): Record<string, unknown>[] {
  const { log } = createLogger({ service: 'seats', cloudwatch: false, ...(level && { level }) });
  const written: string[] = [];
  const write = mock.method(process.stdout, 'write', (line: string | Buffer) => written.push(String(line)) > 0);
  try {
    work(log);
  } finally {
    write.mock.restore();
  }
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a log line', () => {
  it('says when, how grave, which service and what', () => {
    const [line] = linesOf((log) => log.warn({ event: 'late' }, 'a hold is late'));
    const { time, ...rest } = line!;
    assert.deepEqual(rest, { level: 'warn', service: 'seats', event: 'late', msg: 'a hold is late' });
    assert.ok(Math.abs(Date.now() - Date.parse(String(time))) < 5_000);
    assert.deepEqual(Object.keys(line!).slice(0, 3), ['level', 'time', 'service']);
  });

  it('carries the ids of the span it was written in, unless it brings its own', async () => {
    await tracing.continued('test', {}, async () => {
      const ids = tracing.ids()!;
      const [inside, own] = linesOf((log) => {
        log.info('inside');
        log.info({ trace_id: 'x', xray_trace_id: 'y', span_id: 'z' }, 'own');
      });
      assert.deepEqual([inside!['trace_id'], inside!['xray_trace_id'], inside!['span_id']], Object.values(ids));
      assert.match(ids.xray_trace_id, /^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
      assert.deepEqual([own!['trace_id'], own!['span_id']], ['x', 'z']);
    });
    assert.ok(!('trace_id' in linesOf((log) => log.info('outside'))[0]!));
  });

  it('leaves secrets out, and the rows that a store quotes in its errors', () => {
    const secret = 's3cret';
    const buyer = { email: secret, password: secret, token: secret, card: { number: secret }, cvc: secret };
    const failed = Object.assign(new Error('duplicate key'), {
      detail: `Key (email)=(${secret}) already exists.`,
      where: secret,
      Item: { email: secret },
      email: secret,
    });
    const lines = linesOf((log) => {
      log.info(buyer, 'top');
      log.info({ buyer, mail: { to: secret }, headers: { authorization: secret } }, 'below');
      log.error({ err: failed }, failed.message);
    });
    assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
    assert.equal((lines[2]!['err'] as Error).message, 'duplicate key');
  });

  it('tells an error with its causes', () => {
    const [line] = linesOf((log) => log.error({ err: new Error('seats', { cause: new Error('refused') }) }));
    assert.match(JSON.stringify(line), /seats: refused/);
  });

  it('below the level is not written', () => {
    assert.equal(linesOf((log) => log.info('chatter'), 'warn').length, 0);
    assert.equal(linesOf((log) => log.fatal('silence'), 'silent').length, 0);
  });

  it('that nobody reads any more costs the process nothing', async () => {
    const fixture = fileURLToPath(new URL('logger.fixture.ts', import.meta.url));
    const child = spawn(process.execPath, [fixture], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said = createInterface({ input: child.stderr })[Symbol.asyncIterator]();
    child.stdin.write('one\n');
    assert.equal((await said.next()).value, 'goes on');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    for (const word of ['two', 'three', 'four']) {
      child.stdin.write(`${word}\n`);
      assert.equal((await said.next()).value, 'goes on');
    }
    assert.equal(child.exitCode, null);
    child.stdin.end();
    await once(child, 'exit');
    assert.equal(child.exitCode, 0);
  });
});
