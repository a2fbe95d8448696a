import { failureCauses, responseTimeCauses, type CauseEntity, type RootCause, type Trace } from '@throughline/traces';
import type { CauseClass } from './filter/syntax.ts';

/** X-Ray's root causes of one class: faults, errors (throttles too), or where the response time went. */
export function rootCauses(trace: Trace, of: CauseClass): ShapedCause[] {
  if (of === 'responsetime') return responseTimeCauses(trace).map((cause) => shape(cause, coverageOf));
  return failureCauses(trace, of === 'fault' ? ['fault'] : ['error', 'throttle']).map((cause) =>
    shape(cause, exceptionsOf),
  );
}

interface ShapedEntity {
  Name: string;
  Remote: boolean;
  Coverage?: number;
  Exceptions?: { Name?: string; Message?: string }[];
}

export interface ShapedCause {
  Services: {
    Name: string;
    Names: string[];
    Type?: string;
    AccountId?: string;
    EntityPath: ShapedEntity[];
    Inferred: boolean;
  }[];
  ClientImpacting: boolean;
}

const coverageOf = ({ coverage }: CauseEntity) => ({ Coverage: coverage });
const exceptionsOf = ({ exceptions }: CauseEntity) => ({
  Exceptions: exceptions.map(({ type, message }) => ({
    ...(type && { Name: type }),
    ...(message && { Message: message }),
  })),
});

function shape(cause: RootCause, detail: (entity: CauseEntity) => Partial<ShapedEntity>): ShapedCause {
  return {
    Services: cause.services.map(({ place, account_id, inferred, entities }) => ({
      Name: place.name,
      Names: [place.name],
      ...(place.type && { Type: place.type }),
      ...(account_id && { AccountId: account_id }),
      EntityPath: entities.map((entity) => ({ Name: entity.name, Remote: entity.remote, ...detail(entity) })),
      Inferred: inferred,
    })),
    ClientImpacting: cause.clientImpacting,
  };
}
