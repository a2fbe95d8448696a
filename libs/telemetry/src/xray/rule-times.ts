import { createRequire } from 'node:module';

interface Targets {
  [rule: string]: { TTL: number };
}

type Callback = (error: unknown, targets?: Targets, ruleFreshness?: number) => void;

interface ServiceConnector {
  fetchTargets(rules: unknown, callback: Callback): void;
}

const SECONDS_TAKEN_FOR_MS_BELOW = 100_000_000;
const toSeconds = (time: number): number => (time < SECONDS_TAKEN_FOR_MS_BELOW ? time * 1000 : time);

/**
 * The SDK takes the daemon's times, epoch seconds, for milliseconds: a quota is over before it begins, and changed rules are
 * not fetched before five minutes are over. Here its connector gives the times as they were meant.
 */
export function mendRuleTimes(): void {
  const connector = createRequire(import.meta.url)(
    'aws-xray-sdk-core/dist/lib/middleware/sampling/service_connector',
  ) as ServiceConnector;
  const fetchTargets = connector.fetchTargets.bind(connector);
  connector.fetchTargets = (rules, callback) =>
    fetchTargets(rules, (error, targets, ruleFreshness) => {
      if (error || !targets || ruleFreshness === undefined) return callback(error, targets, ruleFreshness);
      for (const target of Object.values(targets)) target.TTL = toSeconds(target.TTL);
      callback(error, targets, toSeconds(ruleFreshness));
    });
}
