import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountsApi } from './accounts.ts';
import { bankApi } from './bank.ts';
import { catalogApi } from './catalog.ts';
import { checkoutApi } from './checkout.ts';
import type { Api, Endpoint } from './endpoint.ts';
import { fraudApi } from './fraud.ts';
import { gatewayApi } from './gateway.ts';
import { mailRelayApi } from './mail-relay.ts';
import { openapi } from './openapi.ts';
import { ordersApi } from './orders.ts';
import { paymentsApi } from './payments.ts';
import { pricingApi } from './pricing.ts';
import { promotionsApi } from './promotions.ts';
import { seatsApi } from './seats.ts';

const apis: Record<string, Api> = {
  accountsApi,
  bankApi,
  catalogApi,
  checkoutApi,
  fraudApi,
  gatewayApi,
  mailRelayApi,
  ordersApi,
  paymentsApi,
  pricingApi,
  promotionsApi,
  seatsApi,
};
const routes: [string, Endpoint][] = Object.entries(apis).flatMap(([api, endpoints]) =>
  Object.entries(endpoints).map(([name, endpoint]): [string, Endpoint] => [`${api}.${name}`, endpoint]),
);
const parametersOf = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!).toSorted();

describe('every contract', () => {
  it('has a schema for each parameter in its path, and none beside them', () => {
    for (const [name, { path, params }] of routes) {
      assert.deepEqual(Object.keys(params?.shape ?? {}).toSorted(), parametersOf(path), name);
    }
  });

  it('has each method and path once', () => {
    for (const [api, endpoints] of Object.entries(apis)) {
      const taken = Object.values(endpoints).map(({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, ':')}`);
      assert.equal(new Set(taken).size, taken.length, api);
    }
  });

  it('declares errors by their codes and error statuses, headers by lower-case names, no body with GET', () => {
    for (const [name, { method, body, headers, errors = {} }] of routes) {
      for (const [status, codes] of Object.entries(errors)) {
        assert.ok(Number(status) >= 400 && Number(status) < 600, `${name}: ${status}`);
        for (const code of codes) assert.match(code, /^[a-z]+(_[a-z]+)*$/, name);
      }
      for (const header of Object.keys(headers?.shape ?? {})) assert.equal(header, header.toLowerCase(), name);
      assert.ok(method !== 'GET' || !body, name);
    }
  });

  it('of the gateway lets pass what the services behind it may answer', () => {
    const behind: [Endpoint, Endpoint][] = [
      [gatewayApi.signIn, accountsApi.signIn],
      [gatewayApi.listEvents, catalogApi.listEvents],
      [gatewayApi.getEvent, catalogApi.getEvent],
      [gatewayApi.listFreeSeats, seatsApi.listFree],
      [gatewayApi.hold, seatsApi.hold],
      [gatewayApi.checkout, checkoutApi.purchase],
      [gatewayApi.getOrder, ordersApi.get],
    ];
    for (const [open, inner] of behind) {
      for (const [status, codes] of Object.entries(inner.errors ?? {})) {
        for (const code of codes) assert.ok(open.errors?.[Number(status)]?.includes(code), `${open.path}: ${code}`);
      }
    }
    for (const [name, { signedIn, errors }] of Object.entries(gatewayApi as Api)) {
      assert.equal(errors?.[401]?.includes('no_session') ?? false, signedIn === true, name);
    }
  });
});

interface Description {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}
interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { content: Record<string, { schema: { type: string; required: string[] } }> };
  security?: unknown[];
  responses: Record<string, { description: string }>;
}
const describeApi = (api: Api): Description =>
  openapi(api, { title: 'shop', version: '1', description: 'tickets' }) as Description;

describe('the OpenAPI description', () => {
  it('shows every route of every contract, with each path parameter required', () => {
    for (const api of Object.values(apis)) {
      const { paths } = describeApi(api);
      const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((each) => each.operationId));
      assert.deepEqual(ids.toSorted(), Object.keys(api).toSorted());
      for (const [path, methods] of Object.entries(paths)) {
        for (const { parameters, responses } of Object.values(methods)) {
          const inPath = parameters.filter((parameter) => parameter.in === 'path');
          assert.deepEqual(
            inPath.map(({ name, required }) => [name, required]).toSorted(),
            [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, true]).toSorted(),
          );
          assert.ok(Object.values(responses).every(({ description }) => description !== ''));
        }
      }
    }
  });

  it('says what the checkout takes and may answer', () => {
    const purchase = describeApi(gatewayApi).paths['/checkout']?.['post'];
    assert.deepEqual(
      purchase?.parameters.map(({ name, in: where, required }) => [name, where, required]),
      [['idempotency-key', 'header', true]],
    );
    assert.deepEqual(purchase.security, [{ session: [] }]);
    assert.deepEqual(purchase.requestBody?.content['application/json']?.schema.required, [
      'event_id',
      'hold_id',
      'card',
    ]);
    assert.match(purchase.responses['409']!.description, /promo_used_up/);
    assert.ok(purchase.responses['201'] && purchase.responses['400'] && purchase.responses['401']);
  });

  it('marks a query with a default as optional, and is plain JSON', () => {
    const description = describeApi(catalogApi);
    const [limit, after] = description.paths['/events']!['get']!.parameters;
    assert.deepEqual([limit?.required, limit?.schema['default'], after?.required], [false, 20, false]);
    assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
  });
});
