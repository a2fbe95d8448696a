import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembleTrace } from './assemble.ts';
import { failureCauses, responseTimeCauses, type RootCause } from './root-causes.ts';
import { segment, subsegment } from './testing/builders.ts';
import { purchase } from './testing/purchase.ts';
import { readDocument } from './xray/read-document.ts';

const ways = (causes: RootCause[]) =>
  causes.map(({ services, clientImpacting }) => [
    clientImpacting,
    ...services.map(
      ({ place, inferred, entities }) =>
        `${inferred ? '(inferred) ' : ''}${place.name}: ${entities.map(({ name }) => name).join(' > ')}`,
    ),
  ]);

const broken = (rootFails: boolean) => {
  const table = subsegment(4, 'DynamoDB', {
    namespace: 'aws',
    fault: true,
    aws: { operation: 'PutItem', table_name: 'sagas' },
    cause: { exceptions: [{ type: 'ServiceUnavailable', message: 'no table' }] },
  });
  return assembleTrace([
    ...readDocument({
      ...segment(1, undefined, 'gateway', { at: 0, for: 100 }),
      fault: rootFails,
      subsegments: [subsegment(2, 'checkout', { namespace: 'remote', fault: true })],
    }),
    ...readDocument({ ...segment(3, 2, 'checkout'), fault: true, subsegments: [table] }),
  ])!;
};

test('a failure is told as its way from the root to the deepest span that failed', () => {
  const causes = failureCauses(broken(true), ['fault']);
  assert.deepEqual(ways(causes), [
    [true, 'gateway: gateway > checkout', 'checkout: checkout > sagas', '(inferred) sagas: sagas'],
  ]);
  assert.deepEqual(causes[0]?.services[1]?.entities[1]?.exceptions, [
    { type: 'ServiceUnavailable', message: 'no table' },
  ]);
});

test('a failure that the root did not show impacts no client', () => {
  assert.deepEqual(
    failureCauses(broken(false), ['fault']).map((cause) => cause.clientImpacting),
    [false],
  );
  assert.deepEqual(failureCauses(broken(true), ['error', 'throttle']), []);
});

test('the response time is followed to the child that took most of it', () => {
  const trace = assembleTrace([
    ...readDocument({
      ...segment(1, undefined, 'gateway', { at: 0, for: 100 }),
      subsegments: [
        subsegment(2, 'seats', { at: 10, for: 80, namespace: 'remote' }),
        subsegment(3, 'catalog', { at: 0, for: 10, namespace: 'remote' }),
      ],
    }),
    ...readDocument({
      ...segment(4, 2, 'seats', { at: 15, for: 70 }),
      subsegments: [subsegment(5, 'lock', { at: 16, for: 60 })],
    }),
  ])!;
  const [cause] = responseTimeCauses(trace);
  assert.deepEqual(ways(cause ? [cause] : []), [[true, 'gateway: gateway > seats', 'seats: seats > lock']]);
  assert.deepEqual(
    cause?.services.flatMap((service) => service.entities.map((entity) => entity.coverage)),
    [1, 0.8, 0.7, 0.6],
  );
});

test('what runs after the answer covers none of the response time', () => {
  const [cause] = responseTimeCauses(assembleTrace(purchase())!);
  assert.deepEqual(ways(cause ? [cause] : []), [[true, 'checkout: checkout']]);
});
