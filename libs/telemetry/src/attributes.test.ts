import assert from 'node:assert/strict';
import { it } from 'node:test';
import { instrumentationAttributes, sharedAttributes, shopAttributes } from './attributes.ts';

it('the registry names each attribute once, ours under shop. and others elsewhere', () => {
  const shop = Object.keys(shopAttributes);
  const others = [...Object.keys(sharedAttributes), ...instrumentationAttributes];
  assert.equal(new Set([...shop, ...others]).size, shop.length + others.length);
  for (const name of shop) assert.match(name, /^shop\.[a-z]+(_[a-z]+)*$/);
  for (const name of others) assert.match(name, /^(?!shop)[a-z]+([._][a-z]+)*$/);
});
