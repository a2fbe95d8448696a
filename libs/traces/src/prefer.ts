/** What decides between two records of one span. */
interface Record {
  end_us?: number;
}

/**
 * Which of two records of the same span stands: negative for the first, positive for the second, 0 when they are equal.
 * A complete one replaces one in progress, the later end wins, then the fuller text; a total order, so that whatever the order
 * of arrival the same one is left.
 */
export function compareRecords(a: Record, aText: string, b: Record, bText: string): number {
  return (
    (b.end_us ?? -1) - (a.end_us ?? -1) || bText.length - aText.length || (aText === bText ? 0 : aText < bText ? 1 : -1)
  );
}
