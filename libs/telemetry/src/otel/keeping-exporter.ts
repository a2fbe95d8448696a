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

/** Keeps the batches that could not be exported, up to a bound, and sends them when the collector is back. */
export function keepingExporter(exporter: SpanExporter, options: Options = {}): SpanExporter & { kept(): number } {
  const { maxSpans = 10_000, retryMs = [500, 5_000], onDropped = () => undefined } = options;
  let batches: ReadableSpan[][] = [];
  let kept = 0;
  let dropped = 0;
  let wait = retryMs[0];
  let sending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const exportOnce = (batch: ReadableSpan[]): Promise<ExportResult> =>
    new Promise((resolve) => exporter.export(batch, resolve));

  const drain = async (): Promise<void> => {
    for (let batch = batches[0]; batch; batch = batches[0]) {
      const { code } = await exportOnce(batch);
      if (code !== ExportResultCode.SUCCESS) return retryLater();
      if (batches[0] === batch) kept -= batches.shift()?.length ?? 0;
      wait = retryMs[0];
      if (dropped > 0) onDropped(dropped);
      dropped = 0;
    }
  };

  const retryLater = (): void => {
    timer = setTimeout(send, wait).unref();
    wait = Math.min(wait * 2, retryMs[1]);
  };

  const send = (): void => {
    timer = undefined;
    sending ??= drain().finally(() => (sending = undefined));
  };

  const keep = (batch: ReadableSpan[]): void => {
    batches.push(batch);
    kept += batch.length;
    while (kept > maxSpans && batches.length > 1) {
      const oldest = batches.shift()?.length ?? 0;
      kept -= oldest;
      dropped += oldest;
    }
  };

  return {
    kept: () => kept,
    export(batch, done) {
      keep(batch);
      if (!timer) send();
      done({ code: ExportResultCode.SUCCESS });
    },
    async forceFlush() {
      clearTimeout(timer);
      send();
      await sending;
    },
    async shutdown() {
      await this.forceFlush?.();
      clearTimeout(timer);
      batches = [];
      await exporter.shutdown();
    },
  };
}
