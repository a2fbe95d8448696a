import assert from 'node:assert/strict';
import { it } from 'node:test';
import { peersByOrigin } from './peers.ts';

it('what is called is named by the variable that holds its URL, whatever the path', () => {
  const peer = peersByOrigin({
    SEATS_URL: 'http://10.0.0.7:8083/',
    MAIL_RELAY_URL: 'http://mail:80',
    BANK_URL: 'nonsense',
  });
  assert.equal(peer('http://10.0.0.7:8083/holds?limit=1'), 'seats');
  assert.equal(peer(new URL('http://mail/messages')), 'mail-relay');
  assert.equal(peer('http://10.0.0.7:8084/'), undefined);
});

it('a URL that is set later is known from then on', () => {
  const env: NodeJS.ProcessEnv = {};
  const peer = peersByOrigin(env);
  assert.equal(peer('http://127.0.0.1:9'), undefined);
  env['ORDERS_URL'] = 'http://127.0.0.1:9';
  assert.equal(peer('http://127.0.0.1:9/orders'), 'orders');
});
