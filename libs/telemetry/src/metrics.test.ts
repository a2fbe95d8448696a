import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { until } from '@throughline/testing';
import { DurationHistogram, type EmfHistogram } from './duration-histogram.ts';
import { measure, startMetrics } from './metrics.ts';

interface Event extends Record<string, unknown> {
  _aws: { Timestamp: number; CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  duration: EmfHistogram;
  event_loop_delay: EmfHistogram;
}

function started(flushMs?: number) {
  const events: Event[] = [];
  const emit = (event: object): void => void events.push(event as Event);
  return { events, metrics: startMetrics({ service: 'seats', emit, ...(flushMs && { flushMs }) }) };
}

const hold = (status: number, durationMs: number) =>
  measure({ route: '/holds/:hold_id', method: 'POST', status, durationMs });

describe('the metrics of a service', () => {
  it('tell of each route how many requests, errors and faults there were, and how long they took', () => {
    const { events, metrics } = started();
    for (const [status, ms] of [
      [201, 10],
      [201, 20],
      [409, 5],
      [500, 1000],
    ] as const)
      hold(status, ms);
    measure({ route: '/seats', method: 'GET', status: 200, durationMs: 1 });
    metrics.close();
    const [first, second] = events;
    assert.deepEqual(
      [first, second].map((event) => [event?.['service'], event?.['method'], event?.['route']]),
      [
        ['seats', 'POST', '/holds/:hold_id'],
        ['seats', 'GET', '/seats'],
      ],
    );
    const { requests, errors, faults, duration } = first!;
    assert.deepEqual([requests, errors, faults], [4, 1, 1]);
    assert.deepEqual([duration.Count, duration.Sum, duration.Min, duration.Max], [4, 1035, 5, 1000]);
    const [{ Dimensions, Metrics } = { Dimensions: [], Metrics: [] }] = first!._aws.CloudWatchMetrics;
    assert.deepEqual(Dimensions, [['service', 'route', 'method']]);
    assert.deepEqual(
      Metrics.map(({ Name }) => Name),
      ['requests', 'errors', 'faults', 'duration'],
    );
  });

  it('come every few seconds while there are requests, with the delay of the event loop; an idle service tells nothing', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const { events, metrics } = started(10_000);
    mock.timers.tick(30_000);
    assert.equal(events.length, 0);
    const delayed = await until('a look at the event loop', () => {
      mock.timers.tick(1_000);
      hold(200, 1);
      const blockedUntil = performance.now() + 80;
      while (performance.now() < blockedUntil);
      return events.find((event) => (event.event_loop_delay?.Max ?? 0) > 40);
    });
    mock.timers.reset();
    metrics.close();
    const { Values, Counts, Count, Max, Min } = delayed.event_loop_delay;
    assert.equal(
      Counts.reduce((a, b) => a + b, 0),
      Count,
    );
    assert.ok(Values.length <= 100 && Min >= 0 && Max < 500, JSON.stringify(delayed.event_loop_delay));
    assert.deepEqual(delayed._aws.CloudWatchMetrics[0]?.Dimensions, [['service']]);
  });

  it('cost nothing where they were not started, and little where they were', () => {
    hold(200, 1);
    const { events, metrics } = started();
    const start = performance.now();
    for (let index = 0; index < 100_000; index += 1) hold(200, index / 10);
    const perRequest = (performance.now() - start) / 100_000;
    metrics.close();
    hold(200, 1);
    assert.ok(perRequest < 0.01, `${perRequest} ms a request`);
    assert.equal(events[0]?.['requests'], 100_000);
  });
});

describe('a histogram of durations', () => {
  it('has at most 100 values, each at most 6 % off', () => {
    for (const ms of [0.3, 1, 7.7, 250, 9_999]) {
      const histogram = new DurationHistogram();
      histogram.add(ms);
      const [value = 0] = histogram.toEmf().Values;
      assert.ok(Math.abs(value - ms) / ms < 0.061, `${value} for ${ms}`);
    }
    const histogram = new DurationHistogram();
    for (let index = 0; index < 200; index += 1) histogram.add(1.2 ** index);
    for (const ms of [0, -1, 1e12]) histogram.add(ms);
    const { Values, Counts, Count } = histogram.toEmf();
    assert.ok(Values.length <= 100);
    assert.equal(
      Counts.reduce((a, b) => a + b, 0),
      Count,
    );
  });
});
