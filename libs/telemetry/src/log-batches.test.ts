import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { until } from '@throughline/testing';
import { LogBatches, type LogEvent, type LogSink } from './log-batches.ts';

const droppedLine = (count: number): string => `${count} dropped`;
const fast = { flushMs: 1, retryMs: 2, closeMs: 50, droppedLine };
const messages = (batches: LogEvent[][]): string[] => batches.flat().map(({ message }) => message);

function sink() {
  const batches: LogEvent[][] = [];
  const state = { away: false, attempts: 0 };
  const take: LogSink = async (events) => {
    state.attempts += 1;
    if (state.away) throw new Error('away');
    batches.push([...events]);
  };
  return { batches, state, take };
}

describe('log lines', () => {
  it('arrive in order, those of one moment together', async () => {
    const { batches, take } = sink();
    const lines = new LogBatches({ ...fast, sink: take });
    for (let n = 0; n < 100; n += 1) lines.add(`line ${n}`, n);
    await until('all lines', () => batches.flat().length === 100);
    assert.equal(batches.length, 1);
    assert.deepEqual(
      messages(batches),
      Array.from({ length: 100 }, (_, n) => `line ${n}`),
    );
    assert.equal(lines.held, 0);
  });

  it('are cut into batches that PutLogEvents takes, by count, by bytes and by the hours they span', async () => {
    const { batches, take } = sink();
    const lines = new LogBatches({ ...fast, sink: take });
    for (let n = 0; n < 6_000; n += 1) lines.add('x', 0);
    for (let n = 0; n < 30; n += 1) lines.add('ü'.repeat(60_000), 0);
    lines.add('two days later', 48 * 3_600_000);
    await until('all lines', () => batches.flat().length === 6_031);
    for (const batch of batches) {
      const bytes = batch.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
      assert.ok(batch.length <= 10_000 && bytes <= 1_048_576, `${batch.length} events, ${bytes} bytes`);
      assert.ok(batch.at(-1)!.timestamp - batch[0]!.timestamp < 24 * 3_600_000);
    }
  });

  it('stay in the order of time when the clock is set back', async () => {
    const { batches, take } = sink();
    const lines = new LogBatches({ ...fast, sink: take });
    for (const time of [1_000, 500, 2_000]) lines.add(`at ${time}`, time);
    await until('all lines', () => batches.flat().length === 3);
    assert.deepEqual(
      batches.flat().map(({ timestamp }) => timestamp),
      [1_000, 1_000, 2_000],
    );
  });

  it('wait for a sink that is away, up to a bound; the oldest go, and their number is told once', async () => {
    const { batches, state, take } = sink();
    state.away = true;
    const lines = new LogBatches({ ...fast, sink: take, maxEvents: 10 });
    for (let n = 0; n < 25; n += 1) lines.add(`line ${n}`, n);
    await until('some attempts', () => state.attempts > 3);
    assert.equal(lines.held, 10);
    state.away = false;
    await until('all lines', () => batches.flat().length === 11);
    lines.add('later', 100);
    await until('one more', () => batches.flat().length === 12);
    const kept = Array.from({ length: 10 }, (_, n) => `line ${n + 15}`);
    assert.deepEqual(messages(batches), [...kept, '15 dropped', 'later']);
  });

  it('are bounded by their bytes too', async () => {
    const { batches, state, take } = sink();
    state.away = true;
    const lines = new LogBatches({ ...fast, sink: take, maxBytes: 10_000 });
    for (let n = 0; n < 100; n += 1) lines.add(`${n} `.padEnd(974), n);
    await until('some attempts', () => state.attempts > 2);
    assert.equal(lines.held, 10);
    state.away = false;
    await until('the rest', () => batches.flat().length === 11);
    assert.equal(messages(batches).at(-1), '90 dropped');
  });

  it('on their way do not count as dropped when they arrive', async () => {
    const batches: LogEvent[][] = [];
    let arrive: (() => void) | undefined;
    const slow: LogSink = async (events) => {
      batches.push([...events]);
      if (batches.length === 1) await new Promise<void>((resolve) => (arrive = resolve));
    };
    const lines = new LogBatches({ ...fast, sink: slow, maxEvents: 2 });
    lines.add('first', 1);
    await until('it is on its way', () => arrive !== undefined);
    for (const name of ['second', 'third', 'fourth']) lines.add(name, 2);
    arrive?.();
    await until('the rest', () => batches.flat().length === 4);
    assert.deepEqual(messages(batches), ['first', 'third', 'fourth', '1 dropped']);
  });

  it('that no call could take are dropped and counted, and hold up nobody', async () => {
    const { batches, take } = sink();
    const lines = new LogBatches({ ...fast, sink: take });
    lines.add('x'.repeat(2_000_000), 1);
    lines.add('small', 2);
    await until('the report', () => batches.flat().length === 2);
    assert.deepEqual(messages(batches), ['small', '1 dropped']);
  });
});

describe('closing', () => {
  it('sends what is held, each line once', async () => {
    const { batches, take } = sink();
    const lines = new LogBatches({ ...fast, flushMs: 60_000, sink: take });
    for (let n = 0; n < 6_000; n += 1) lines.add(`line ${n}`, n);
    await lines.close();
    assert.equal(new Set(messages(batches)).size, 6_000);
    assert.equal(batches.flat().length, 6_000);
  });

  it('waits for the batch under way and sends no line twice', async () => {
    const batches: LogEvent[][] = [];
    let arrive: (() => void) | undefined;
    const slow: LogSink = async (events) => {
      batches.push([...events]);
      if (batches.length === 1) await new Promise<void>((resolve) => (arrive = resolve));
    };
    const lines = new LogBatches({ ...fast, closeMs: 5_000, sink: slow });
    lines.add('first', 1);
    await until('it is on its way', () => arrive !== undefined);
    lines.add('second', 2);
    const closing = lines.close();
    arrive?.();
    await closing;
    assert.deepEqual(messages(batches), ['first', 'second']);
  });

  it('tries once more after an outage', async () => {
    const { batches, state, take } = sink();
    state.away = true;
    const lines = new LogBatches({ ...fast, retryMs: 60_000, sink: take });
    lines.add('kept', 1);
    await until('a failure', () => state.attempts === 1);
    state.away = false;
    await lines.close();
    assert.deepEqual(messages(batches), ['kept']);
  });

  it('ends while the sink is away, refusing or silent', { timeout: 5_000 }, async () => {
    const sinks: LogSink[] = [() => Promise.reject(new Error('away')), () => new Promise(() => undefined)];
    for (const take of sinks) {
      const lines = new LogBatches({ ...fast, sink: take });
      lines.add('lost', 1);
      await lines.close();
      assert.equal(lines.held, 1);
    }
  });
});
