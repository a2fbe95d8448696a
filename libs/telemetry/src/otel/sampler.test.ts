import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, describe, it, mock } from 'node:test';
import { ROOT_CONTEXT, SpanKind, trace, type Context } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { contextFrom } from './propagator.ts';
import { headerSampler } from './sampler.ts';

const newId = (): string => randomBytes(16).toString('hex');
const XRAY_ID = '5759e988bd862e3fe1be46a994272793';
const PARENT = '53995c3f42cd8ad8';
const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const xray = (header: string): Context => contextFrom(ROOT_CONTEXT, { 'x-amzn-trace-id': header });

const sampled = (sampler: ReturnType<typeof headerSampler>, context: Context, id = newId()): boolean =>
  sampler.shouldSample(context, id, 'test', SpanKind.SERVER, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED;

describe('the sampler', () => {
  afterEach(() => mock.timers.reset());

  it('follows a decision that was made upstream, whatever it would do itself', () => {
    for (const sampling of ['all', 'aws'] as const) {
      const sampler = headerSampler(sampling);
      for (const parent of ['', `;Parent=${PARENT}`]) {
        assert.equal(sampled(sampler, xray(`${root}${parent};Sampled=0`)), false, sampling);
        for (let times = 0; times < 50; times += 1) {
          assert.equal(sampled(sampler, xray(`${root}${parent};Sampled=1`)), true, sampling);
        }
      }
      const no = contextFrom(ROOT_CONTEXT, { traceparent: `00-${XRAY_ID}-${PARENT}-00` });
      assert.equal(sampled(sampler, no), false);
    }
  });

  it('decides itself where nobody has: without a header, below a Root alone, and at Sampled=?', () => {
    for (const header of [undefined, root, `${root};Parent=${PARENT};Sampled=?`]) {
      const context = header ? xray(header) : ROOT_CONTEXT;
      assert.equal(sampled(headerSampler('all'), context), true);
      mock.timers.enable({ apis: ['Date'], now: 10_000 });
      const aws = headerSampler('aws');
      const unlucky = 'f'.repeat(8) + '0'.repeat(24);
      assert.equal(sampled(aws, context, unlucky), true, 'the first of its second');
      assert.equal(sampled(aws, context, unlucky), false);
      mock.timers.reset();
    }
  });

  it('keeps a local decision for all spans below it', () => {
    const kept = xray(`${root};Parent=${PARENT}`);
    const spanContext = trace.getSpanContext(kept)!;
    const below = trace.setSpanContext(kept, { ...spanContext, isRemote: false, traceFlags: 0 });
    assert.equal(sampled(headerSampler('all'), below), false);
  });

  it('as AWS does takes the first request of each second and about 5 % of the rest', () => {
    mock.timers.enable({ apis: ['Date'], now: 0 });
    const aws = headerSampler('aws');
    let taken = 0;
    for (let second = 0; second < 20; second += 1) {
      assert.equal(sampled(aws, ROOT_CONTEXT), true);
      for (let request = 0; request < 500; request += 1) if (sampled(aws, ROOT_CONTEXT)) taken += 1;
      mock.timers.tick(1_000);
    }
    assert.ok(taken > 350 && taken < 650, `${taken} of 10,000`);
  });
});
