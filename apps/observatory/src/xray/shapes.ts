import type { GraphNode, Histogram, Statistics } from '@throughline/traces';

/** A service graph as X-Ray's `Services`. */
export function toServices(nodes: GraphNode[]): object[] {
  return nodes.map((node) => ({
    ReferenceId: node.id,
    Name: node.name,
    Names: [node.name],
    ...(node.root && { Root: true }),
    ...(node.account_id && { AccountId: node.account_id }),
    ...(node.type && { Type: node.type }),
    State: node.kind === 'service' ? 'active' : 'unknown',
    StartTime: node.start_us / 1_000_000,
    EndTime: node.end_us / 1_000_000,
    Edges: node.edges.map((edge) => ({
      ReferenceId: edge.to,
      StartTime: edge.start_us / 1_000_000,
      EndTime: edge.end_us / 1_000_000,
      SummaryStatistics: toStatistics(edge.statistics),
      ResponseTimeHistogram: toHistogram(edge.histogram),
      Aliases: edge.aliases.map((name) => ({ Name: name, Names: [name], Type: 'remote' })),
      ...(edge.link && { EdgeType: 'link', ReceivedEventAgeHistogram: toHistogram(edge.ages) }),
    })),
    // A client is known by its calls alone, which are its edges.
    ...(node.kind !== 'client' && {
      SummaryStatistics: toStatistics(node.statistics),
      DurationHistogram: toHistogram(node.durations),
      ResponseTimeHistogram: toHistogram(node.histogram),
    }),
  }));
}

export function toStatistics({ ok, error, throttle, fault, total, total_us }: Statistics): object {
  return {
    OkCount: ok,
    ErrorStatistics: { ThrottleCount: throttle, OtherCount: error, TotalCount: error + throttle },
    FaultStatistics: { OtherCount: fault, TotalCount: fault },
    TotalCount: total,
    TotalResponseTime: total_us / 1_000_000,
  };
}

export function toHistogram(histogram: Histogram): object[] {
  return histogram.map(({ value, count }) => ({ Value: value, Count: count }));
}
