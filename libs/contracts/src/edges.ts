import { databaseNode, service, serviceNames, type Moment } from './services.ts';

export type EdgeKind = 'http' | 'sqs' | 'sql' | 'dynamodb';

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
}

/** Every edge that a trace may show: those of one purchase, or those of the buyer's whole journey (the purchase included). */
export function edges(moment: Moment): Edge[] {
  const counts = (when: Moment): boolean => moment === 'journey' || when === 'purchase';
  return serviceNames.flatMap((from) => {
    const { calls, tables, database, sendsTo, takesFrom } = service(from);
    const to = (entries: Readonly<Record<string, Moment>>, kind: EdgeKind): Edge[] =>
      Object.entries(entries)
        .filter(([, when]) => counts(when))
        .map(([name]) => ({ from, to: name, kind }));
    return [
      ...to(calls, 'http'),
      ...to(tables, 'dynamodb'),
      ...to(database ? { [databaseNode(from)]: database } : {}, 'sql'),
      ...sendsTo.map((queue): Edge => ({ from, to: queue, kind: 'sqs' })),
      ...takesFrom.map((queue): Edge => ({ from: queue, to: from, kind: 'sqs' })),
    ];
  });
}
