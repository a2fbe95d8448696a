import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';
import { endpoints, noNeighbours } from './gateway.fixture.ts';

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: unknown }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: Content;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}
interface Description {
  readonly openapi: string;
  readonly info: Readonly<Record<'title' | 'version' | 'description', string>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, unknown>> };
}

async function describeApi(): Promise<Description> {
  await using gateway = await startApp(createApp({ neighbours: noNeighbours, log: silentLog }));
  const reply = await gateway.request<Description>('GET', '/openapi.json');
  assert.equal(reply.status, 200);
  assert.equal((await reply.spans())[0].name, 'GET /openapi.json');
  return reply.body;
}

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with every route and nothing else', async () => {
    const { openapi, info, paths } = await describeApi();
    assert.match(openapi, /^3\.1\.\d+$/);
    assert.ok(info.title && info.version && info.description);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`),
    );
    const routes = endpoints.map(([name, { method, path }]) => `${name}: ${method} ${path.replace(/:(\w+)/, '{$1}')}`);
    assert.deepEqual(described.toSorted(), routes.toSorted());
  });

  it('gives each operation its parameters, body, answers, errors and session', async () => {
    const { paths, components } = await describeApi();
    for (const [name, endpoint] of endpoints) {
      const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
      const operation = paths[path]?.[endpoint.method.toLowerCase()] ?? assert.fail(`${name} is missing`);
      const inPath = operation.parameters.filter(({ in: where }) => where === 'path');
      assert.deepEqual(
        inPath.map(({ name: parameter, required }) => [`{${parameter}}`, required]),
        [...path.matchAll(/\{\w+\}/g)].map(([parameter]) => [parameter, true]),
      );
      assert.ok(operation.parameters.every(({ schema }) => typeof schema === 'object'));
      assert.equal(operation.requestBody !== undefined, endpoint.body !== undefined);
      assert.deepEqual(
        Object.keys(operation.responses),
        [...new Set([endpoint.status, 400, ...Object.keys(endpoint.errors ?? {}).map(Number)])].toSorted().map(String),
      );
      for (const { description } of Object.values(operation.responses)) assert.ok(description);
      for (const { content } of [operation.requestBody ?? [], ...Object.values(operation.responses)].flat()) {
        const { schema } = content['application/json'] ?? assert.fail(`${name} has no JSON`);
        assert.ok(typeof schema === 'object' && schema && !JSON.stringify(schema).includes('$ref'));
      }
      for (const scheme of (operation.security ?? []).flatMap((each) => Object.keys(each))) {
        assert.ok(components.securitySchemes[scheme]);
      }
      assert.equal(operation.security !== undefined, endpoint.signedIn === true);
    }
  });
});
