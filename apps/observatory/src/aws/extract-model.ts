/**
 * Writes what the observatory needs of an AWS service model: every operation's name and path, and the input shapes (with their
 * constraints) of the operations it offers. Source: botocore (Apache-2.0), `pip download botocore`, then
 *
 *   node src/aws/extract-model.ts botocore/data/xray/2016-04-12/service-2.json.gz Op1,Op2 > src/aws/models/xray.json
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

interface Shape {
  type: string;
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  required?: string[];
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
}

interface ServiceModel {
  metadata: { serviceId: string; apiVersion: string };
  operations: Record<string, { http: { requestUri: string }; input?: { shape: string } }>;
  shapes: Record<string, Shape>;
}

const [file = '', offered = ''] = process.argv.slice(2);
const bytes = readFileSync(file);
const model = JSON.parse((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as ServiceModel;
const wanted = new Set(offered.split(','));
const shapes: Record<string, object> = {};

function keep(name: string): void {
  const shape = model.shapes[name];
  if (!shape || name in shapes) return;
  const members = shape.members && Object.entries(shape.members).map(([member, { shape }]) => [member, shape] as const);
  shapes[name] = {
    type: shape.type,
    ...(members && { members: Object.fromEntries(members) }),
    ...(shape.required?.length && { required: shape.required }),
    ...(shape.member && { member: shape.member.shape }),
    ...(shape.key && { key: shape.key.shape }),
    ...(shape.value && { value: shape.value.shape }),
    ...(shape.enum && { enum: shape.enum }),
    ...(shape.min !== undefined && { min: shape.min }),
    ...(shape.max !== undefined && { max: shape.max }),
    ...(shape.pattern !== undefined && { pattern: shape.pattern }),
  };
  for (const [, member] of members ?? []) keep(member);
  for (const part of [shape.member, shape.key, shape.value]) if (part) keep(part.shape);
}

const operations = Object.entries(model.operations).map(([name, { http, input }]) => {
  if (wanted.has(name) && input) keep(input.shape);
  return [name, { path: http.requestUri, ...(wanted.has(name) && input && { input: input.shape }) }] as const;
});
const { serviceId, apiVersion } = model.metadata;
process.stdout.write(
  `${JSON.stringify({ serviceId, apiVersion, operations: Object.fromEntries(operations), shapes }, null, 1)}\n`,
);
