interface CacheOptions<V> {
  readonly load: (key: string) => Promise<V>;
  readonly ttlMs: number;
  /** Values held at once; the one that was loaded first goes first. */
  readonly most: number;
  readonly now: () => number;
}

/** Looks a key up, loading it once for all who ask meanwhile. Failures go to those who waited, and are not kept. */
export function expiringCache<V>({ load, ttlMs, most, now }: CacheOptions<V>) {
  const held = new Map<string, { value: V; until: number }>();
  const loading = new Map<string, Promise<V>>();

  const keep = (key: string, value: V): V => {
    held.delete(key);
    held.set(key, { value, until: now() + ttlMs });
    const [oldest] = held.keys();
    if (held.size > most && oldest !== undefined) held.delete(oldest);
    return value;
  };

  const loadOnce = (key: string): Promise<V> => {
    const underWay = loading.get(key);
    if (underWay) return underWay;
    const started = load(key)
      .then((value) => keep(key, value))
      .finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };

  return async (key: string): Promise<{ value: V; hit: boolean }> => {
    const known = held.get(key);
    if (known && known.until > now()) return { value: known.value, hit: true };
    return { value: await loadOnce(key), hit: false };
  };
}
