import AWSXRay, { type Subsegment } from 'aws-xray-sdk-core';

type Captured = Parameters<typeof AWSXRay.captureAWSv3Client>[0];
type Call = (args: unknown) => Promise<unknown>;
interface AwsClient {
  readonly middlewareStack: { add(middleware: (next: Call) => Call, options: object): void };
}

/**
 * Has a client's calls captured. The SDK marks each call that was refused as a fault beside what it is: a 4xx, such as a
 * condition that did not hold, is the caller's matter and no fault of the store.
 */
export function captureAws<C extends object>(client: C): C {
  const captured = AWSXRay.captureAWSv3Client(client as unknown as Captured) as unknown as C & AwsClient;
  captured.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const calls: (Subsegment & { error?: boolean; fault?: boolean; namespace?: string })[] =
          AWSXRay.getSegment()?.subsegments ?? [];
        for (const call of calls) if (call.namespace === 'aws' && call.error) delete call.fault;
        throw error;
      }
    },
    { step: 'build', priority: 'high', name: 'throughlineRefusalIsNoFault' },
  );
  return captured;
}
