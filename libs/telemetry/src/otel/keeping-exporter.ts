import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

interface Options {
  /** Spans kept at most while the collector is away; the oldest go first. */
  readonly maxSpans?: number;
  /** Waits between attempts, in ms: doubled from the first to the second. */
  readonly retryMs?: readonly [number, number];
  /** Told how many spans were dropped since the last time, once an export works again. */
  readonly onDropped?: (count: number) => void;
}

/** A collector that answers so would refuse the same batch for ever, and all that wait behind it. */
const REFUSED = new Set([400, 413, 422]);
const isRefused = ({ error }: ExportResult): boolean =>
  REFUSED.has((error as { code?: unknown } | undefined)?.code as number);

/** Keeps the batches that could not be exported, up to a bound, and sends them when the collector is back. */
export function keepingExporter(exporter: SpanExporter, options: Options = {}): SpanExporter & { kept(): number } {
  const { maxSpans = 10_000, retryMs = [500, 5_000], onDropped = () => undefined } = options;
  let batches: ReadableSpan[][] = [];
  let inFlight: ReadableSpan[] = [];
  let waiting = 0;
  let dropped = 0;
  let wait = retryMs[0];
  let sending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const exportOnce = (batch: ReadableSpan[]): Promise<ExportResult> =>
    new Promise<ExportResult>((resolve) => exporter.export(batch, resolve)).catch((error: Error) => ({
      code: ExportResultCode.FAILED,
      error,
    }));

  /** Whether the collector dealt with the next batch. */
  const sendNext = async (): Promise<boolean> => {
    inFlight = batches.shift() ?? [];
    waiting -= inFlight.length;
    const result = await exportOnce(inFlight);
    const batch = inFlight;
    inFlight = [];
    if (result.code === ExportResultCode.SUCCESS) {
      if (dropped > 0) onDropped(dropped);
      dropped = 0;
      return true;
    }
    if (isRefused(result)) {
      dropped += batch.length;
      return true;
    }
    batches.unshift(batch);
    waiting += batch.length;
    trim();
    return false;
  };

  const drain = async (): Promise<void> => {
    while (batches.length > 0) {
      if (!(await sendNext())) return retryLater();
      wait = retryMs[0];
    }
  };

  const retryLater = (): void => {
    timer = setTimeout(send, wait).unref();
    wait = Math.min(wait * 2, retryMs[1]);
  };

  const send = (): void => {
    clearTimeout(timer);
    timer = undefined;
    sending ??= drain().finally(() => {
      sending = undefined;
      if (batches.length > 0 && !timer) send();
    });
  };

  const trim = (): void => {
    while (waiting > maxSpans && batches.length > 1) {
      const oldest = batches.shift()?.length ?? 0;
      waiting -= oldest;
      dropped += oldest;
    }
  };

  return {
    kept: () => waiting + inFlight.length,
    export(batch, done) {
      batches.push(batch);
      waiting += batch.length;
      trim();
      if (!timer) send();
      done({ code: ExportResultCode.SUCCESS });
    },
    async forceFlush() {
      send();
      await sending;
    },
    async shutdown() {
      await this.forceFlush?.();
      clearTimeout(timer);
      batches = [];
      waiting = 0;
      await exporter.shutdown();
    },
  };
}
