import { isObject, listOf, objectOf } from '../json.ts';
import type { Span } from '../span.ts';
import type { SegmentDocument } from '../xray/document.ts';
import { readDocument } from '../xray/read-document.ts';
import { readAttributes } from './attributes.ts';
import { toSegmentDocument } from './to-document.ts';
import type { OtlpScope } from './types.ts';

/** The documents of an OTLP export request, decoded from protobuf or JSON, and how many spans had no usable id or start. */
export function otlpToDocuments(request: unknown): { documents: SegmentDocument[]; rejected: number } {
  const documents: SegmentDocument[] = [];
  let rejected = 0;
  for (const resourceSpans of listOf(objectOf(request)['resourceSpans']).map(objectOf)) {
    const resource = readAttributes(objectOf(resourceSpans['resource'])['attributes']);
    for (const scopeSpans of listOf(resourceSpans['scopeSpans']).map(objectOf)) {
      for (const span of listOf(scopeSpans['spans'])) {
        const scope = objectOf(scopeSpans['scope']) as OtlpScope;
        const document = isObject(span) ? toSegmentDocument(span, resource, scope) : undefined;
        if (document) documents.push(document);
        else rejected += 1;
      }
    }
  }
  return { documents, rejected };
}

/**
 * The spans of an OTLP export request. They pass through the same documents as everything else, so a span read here equals the
 * span read from the trace's documents.
 */
export function readOtlpTraces(request: unknown): Span[] {
  return otlpToDocuments(request).documents.flatMap(readDocument);
}
