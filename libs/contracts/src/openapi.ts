import { z } from 'zod';
import { ErrorBody } from './common.ts';
import type { Api, Endpoint } from './endpoint.ts';

const schema = (type: z.ZodType, io: 'input' | 'output'): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return rest;
};

const json = (type: z.ZodType, io: 'input' | 'output'): unknown => ({
  'application/json': { schema: schema(type, io) },
});

const parameters = (type: z.ZodObject | undefined, where: 'path' | 'query' | 'header'): unknown[] =>
  Object.entries(type?.shape ?? {}).map(([name, field]) => ({
    name,
    in: where,
    required: where === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: schema(field as z.ZodType, 'input'),
  }));

function operation(name: string, endpoint: Endpoint): unknown {
  const errors = { 400: ['bad_request'], ...endpoint.errors };
  return {
    operationId: name,
    summary: endpoint.summary,
    parameters: [
      ...parameters(endpoint.params, 'path'),
      ...parameters(endpoint.query, 'query'),
      ...parameters(endpoint.headers, 'header'),
    ],
    ...(endpoint.body && { requestBody: { required: true, content: json(endpoint.body, 'input') } }),
    ...(endpoint.signedIn && { security: [{ session: [] }] }),
    responses: {
      [endpoint.status]: { description: 'Done', content: json(endpoint.response, 'output') },
      ...Object.fromEntries(
        Object.entries(errors).map(([status, codes]) => [
          status,
          { description: codes.join(', '), content: json(ErrorBody, 'output') },
        ]),
      ),
    },
  };
}

/** OpenAPI 3.1 description of an API, derived from its contract. */
export function openapi(api: Api, info: { title: string; version: string; description: string }): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, endpoint] of Object.entries(api)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(name, endpoint);
  }
  return {
    openapi: '3.1.0',
    info,
    paths,
    components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
  };
}
