import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { passesLuhn } from './card-rules.ts';

describe('card rules', () => {
  it('know a check digit that is right from one that is wrong', () => {
    for (const number of ['4242424242424242', '378282246310005', '6011111111111117']) assert.ok(passesLuhn(number));
    for (const number of ['4242424242424243', '378282246310006', '123456789012']) assert.ok(!passesLuhn(number));
  });
});
