import type { ServiceModel, Shape } from './model.ts';

/** What is wrong with a request: `types` could not be read as the model's shapes, `constraints` are broken. */
export interface Failures {
  types: string[];
  constraints: string[];
}

/** More failures than these are not told. */
const MOST_TOLD = 10;
const LONGEST_TOLD = 200;
const DEEPEST = 32;

/**
 * Checks a request against its input shape: types, required members, lengths, ranges, enums, patterns. Members that the model
 * does not know are ignored, null is absent, as AWS does.
 */
export function validate(model: ServiceModel, shape: string, input: unknown): Failures {
  const failures: Failures = { types: [], constraints: [] };
  check({ model, failures }, shape, input, '', 0);
  return failures;
}

/** The failed constraints in AWS's words. */
export function constraintMessage(constraints: readonly string[]): string {
  const count = constraints.length;
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${constraints.join('; ')}`;
}

interface Context {
  model: ServiceModel;
  failures: Failures;
}

function check(context: Context, name: string, value: unknown, path: string, depth: number): void {
  const shape = context.model.shapes[name];
  const { types, constraints } = context.failures;
  if (!shape || types.length + constraints.length >= MOST_TOLD) return;
  if (depth > DEEPEST || !hasType(shape.type, value)) {
    types.push(`${path || 'The request'} must be a ${shape.type}`);
    return;
  }
  const broken = (constraint: string) =>
    constraints.push(`Value ${told(value)} at '${path}' failed to satisfy constraint: Member must ${constraint}`);
  checkBounds(shape, value, broken);
  if (shape.type === 'structure') checkMembers(context, shape, value as Record<string, unknown>, path, depth);
  if (shape.type === 'list') {
    (value as unknown[]).forEach((item, index) =>
      check(context, shape.member ?? '', item, `${path}.${index + 1}.member`, depth + 1),
    );
  }
  if (shape.type === 'map') {
    for (const [key, item] of Object.entries(value as object)) {
      check(context, shape.key ?? '', key, `${path}.key`, depth + 1);
      check(context, shape.value ?? '', item, `${path}.${key.slice(0, LONGEST_TOLD)}.member`, depth + 1);
    }
  }
}

function checkMembers(
  context: Context,
  shape: Shape,
  value: Record<string, unknown>,
  path: string,
  depth: number,
): void {
  for (const [member, memberShape] of Object.entries(shape.members ?? {})) {
    const at = `${path}${path && '.'}${member.charAt(0).toLowerCase()}${member.slice(1)}`;
    const given = Object.hasOwn(value, member) ? (value[member] ?? undefined) : undefined;
    if (given !== undefined) check(context, memberShape, given, at, depth + 1);
    else if (shape.required?.includes(member)) {
      context.failures.constraints.push(`Value null at '${at}' failed to satisfy constraint: Member must not be null`);
    }
  }
}

function hasType(type: string, value: unknown): boolean {
  switch (type) {
    case 'structure':
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'list':
      return Array.isArray(value);
    case 'integer':
    case 'long':
      return Number.isSafeInteger(value);
    case 'double':
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'timestamp':
      return typeof value === 'number' ? Number.isFinite(value) : typeof value === 'string' && isDate(value);
    default:
      return typeof value === type;
  }
}

const isDate = (text: string) => text.length < 64 && Number.isFinite(Date.parse(text));

function checkBounds({ type, min, max, enum: values, pattern }: Shape, value: unknown, broken: (text: string) => void) {
  const sized = type === 'string' || type === 'list' || type === 'map';
  const size = sized ? sizeOf(value) : Number(value);
  const what = sized ? 'have length' : 'have value';
  if (min !== undefined && size < min) broken(`${what} greater than or equal to ${min}`);
  if (max !== undefined && size > max) broken(`${what} less than or equal to ${max}`);
  if (values && !values.includes(String(value))) broken(`satisfy enum value set: [${values.join(', ')}]`);
  if (pattern && !new RegExp(`^(?:${pattern})$`, 'u').test(String(value))) {
    broken(`satisfy regular expression pattern: ${pattern}`);
  }
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : Object.keys(value as object).length;
}

function told(value: unknown): string {
  if (typeof value === 'object') return `'${JSON.stringify(value).slice(0, LONGEST_TOLD)}'`;
  return `'${typeof value === 'string' ? value.slice(0, LONGEST_TOLD) : JSON.stringify(value)}'`;
}
