/** A client that reported this recently counts in the sharing of a reservoir. */
const CLIENT_LIVES_MS = 30_000;
/** A quota holds for two reports, so that one that is lost does no harm. */
export const QUOTA_LIVES_MS = 20_000;

interface Client {
  seen_ms: number;
  quota: number;
}

/**
 * Gives a rule's reservoir out to the clients that use it: each gets its even share, never more than what the others' quotas
 * still leave, so that all quotas together never exceed the reservoir. A share that a newcomer is due is freed by the others'
 * next reports.
 */
export class Quotas {
  readonly #now: () => number;
  readonly #rules = new Map<string, Map<string, Client>>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Requests a second that `client` may sample of the rule's reservoir from now on. */
  give(rule: string, reservoir: number, client: string): number {
    const now_ms = this.#now();
    const clients = this.#rules.get(rule) ?? new Map<string, Client>();
    this.#rules.set(rule, clients);
    for (const [id, { seen_ms }] of clients) if (seen_ms < now_ms - CLIENT_LIVES_MS) clients.delete(id);
    const known = clients.get(client) ?? { seen_ms: now_ms, quota: 0 };
    clients.set(client, known);
    known.seen_ms = now_ms;

    const rank = [...clients.keys()].toSorted().indexOf(client);
    const share = Math.floor(reservoir / clients.size) + (rank < reservoir % clients.size ? 1 : 0);
    let given = 0;
    for (const [id, { seen_ms, quota }] of clients) {
      if (id !== client && seen_ms > now_ms - QUOTA_LIVES_MS) given += quota;
    }
    known.quota = Math.max(0, Math.min(share, reservoir - given));
    return known.quota;
  }

  forget(rule: string): void {
    this.#rules.delete(rule);
  }
}
