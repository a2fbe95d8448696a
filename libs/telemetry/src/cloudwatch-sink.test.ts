import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { json } from 'node:stream/consumers';
import { tracing } from './current.ts';
import { capturedSpans, until } from '@throughline/testing';
import { cloudWatchSink } from './cloudwatch-sink.ts';
import { LogBatches, type LogEvent } from './log-batches.ts';

interface Put {
  logGroupName: string;
  logStreamName: string;
  logEvents: LogEvent[];
}

/** CloudWatch Logs as its clients see it, awsJson 1.1 over HTTP. */
class CloudWatch {
  readonly calls: string[] = [];
  readonly puts: Put[] = [];
  readonly known = new Set<string>();
  readonly headers: (string | string[] | undefined)[] = [];
  mood: 'answers' | 'refuses' | 'silent' = 'answers';
  readonly server: Server = createServer((request, response) => void this.#answer(request, response));

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = String(request.headers['x-amz-target']).replace('Logs_20140328.', '');
    const body = (await json(request)) as Put;
    this.calls.push(call);
    this.headers.push(request.headers['traceparent'] ?? request.headers['x-amzn-trace-id']);
    const answer = (status: number, value: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(value));
    };
    if (this.mood === 'silent') return;
    if (this.mood === 'refuses') return answer(400, { __type: 'AccessDeniedException', message: 'no' });
    const name = call === 'CreateLogGroup' ? body.logGroupName : `${body.logGroupName} ${body.logStreamName}`;
    if (call !== 'PutLogEvents') {
      if (this.known.has(name)) return answer(400, { __type: 'ResourceAlreadyExistsException', message: 'exists' });
      this.known.add(name);
      return answer(200, {});
    }
    if (!this.known.has(name)) return answer(400, { __type: 'ResourceNotFoundException', message: 'no such group' });
    this.puts.push(body);
    answer(200, { nextSequenceToken: '1' });
  }
}

const settings = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const lines = (...texts: string[]): LogEvent[] => texts.map((message, timestamp) => ({ message, timestamp }));

describe('CloudWatch Logs', () => {
  let cloudwatch: CloudWatch;
  const at = (port: number): void =>
    void Object.assign(process.env, settings, { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: `http://127.0.0.1:${port}` });

  beforeEach(async () => {
    cloudwatch = new CloudWatch();
    cloudwatch.server.listen(0, '127.0.0.1');
    await once(cloudwatch.server, 'listening');
    at((cloudwatch.server.address() as AddressInfo).port);
  });
  afterEach(() => {
    cloudwatch.server.closeAllConnections();
    cloudwatch.server.close();
  });

  it('gets its group and stream made when they are missing, also when they go missing later', async () => {
    const sink = cloudWatchSink('/throughline/seats', 'one');
    await sink(lines('a', 'b'));
    assert.deepEqual(cloudwatch.calls, ['PutLogEvents', 'CreateLogGroup', 'CreateLogStream', 'PutLogEvents']);
    await sink(lines('c'));
    assert.equal(cloudwatch.calls.length, 5);
    cloudwatch.known.clear();
    await sink(lines('d'));
    assert.deepEqual(
      cloudwatch.puts.flatMap(({ logEvents }) => logEvents.map(({ message }) => message)),
      ['a', 'b', 'c', 'd'],
    );
    assert.equal(cloudwatch.puts[0]?.logGroupName, '/throughline/seats');
  });

  it('may have its group made by another process at the same time', async () => {
    cloudwatch.known.add('/throughline/seats');
    await cloudWatchSink('/throughline/seats', 'one')(lines('a'));
    await Promise.all(['two', 'three'].map((stream) => cloudWatchSink('/throughline/seats', stream)(lines(stream))));
    assert.equal(cloudwatch.puts.length, 3);
  });

  it('is never traced, also when a request caused the line', async () => {
    let traceId: string | undefined;
    await tracing.continued('test', {}, async () => {
      traceId = tracing.ids()?.trace_id;
      await cloudWatchSink('/throughline/seats', 'one')(lines('a'));
    });
    const spans = capturedSpans().filter(({ trace_id }) => trace_id === traceId);
    assert.deepEqual([spans.length, new Set(cloudwatch.headers)], [1, new Set([undefined])]);
  });

  it('is given up on when it does not answer', { timeout: 10_000 }, async () => {
    cloudwatch.mood = 'silent';
    await assert.rejects(cloudWatchSink('/throughline/seats', 'one')(lines('a')), { name: 'TimeoutError' });
  });

  it('may refuse, be away or be silent: a line is never an error, and what is held is bounded', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    for (const mood of ['refuses', 'away', 'silent'] as const) {
      if (mood === 'away') at(port);
      else {
        cloudwatch.mood = mood;
        at((cloudwatch.server.address() as AddressInfo).port);
      }
      const sink = cloudWatchSink('/throughline/seats', mood);
      let attempts = 0;
      const batches = new LogBatches({
        sink: (events) => ((attempts += 1), sink(events)),
        flushMs: 1,
        retryMs: 1,
        closeMs: 100,
        maxEvents: 100,
        droppedLine: String,
      });
      for (let n = 0; n < 1_000; n += 1) batches.add(`line ${n}`, n);
      await until('an attempt', () => attempts > 0);
      for (let n = 0; n < 1_000; n += 1) batches.add(`line ${n}`, n);
      assert.ok(batches.held <= 200, `${batches.held} held while it ${mood}`);
      await batches.close();
    }
  });
});
