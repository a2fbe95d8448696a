import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

export interface Pdf {
  readonly pages: number;
  /** The shown text of the first page, run by run. */
  readonly text: string[];
  /** The filled rectangles of the first page: x, y, width, height in points from its upper left corner. */
  readonly rectangles: [number, number, number, number][];
}

/** Reads what pdfkit writes: checks the cross-reference table, and takes the page's content apart. */
export function readPdf(file: Buffer): Pdf {
  const source = file.toString('latin1');
  assert.match(source, /^%PDF-1\.\d\n/);
  const start = /startxref\n(\d+)\n%%EOF\s*$/.exec(source)?.[1];
  const table = source.slice(Number(start));
  assert.match(table, /^xref\n0 \d+\n0{10} 65535 f/);
  const offsets = [...table.matchAll(/(\d{10}) \d{5} n/g)].map(([, offset]) => Number(offset));
  const objects = offsets.map((offset, index) => {
    const object = source.slice(offset, source.indexOf('endobj', offset));
    assert.ok(object.startsWith(`${index + 1} 0 obj`), `object ${index + 1} is not where the table says`);
    return object;
  });
  const pages = Number(/\/Count (\d+)/.exec(objects.find((object) => object.includes('/Type /Pages')) ?? '')?.[1]);
  const page = objects.find((object) => /\/Type \/Page\n/.test(object)) ?? '';
  const content = stream(objects[Number(/\/Contents (\d+) 0 R/.exec(page)?.[1]) - 1] ?? '');
  const text = [...content.matchAll(/\[(.*?)\] TJ/g)].map(([, run = '']) =>
    [...run.matchAll(/<([0-9a-f]+)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join(''),
  );
  const rectangles = [...content.matchAll(/^(\S+) (\S+) (\S+) (\S+) re$/gm)].map(
    ([, x, y, width, height]): [number, number, number, number] => [
      Number(x),
      Number(y),
      Number(width),
      Number(height),
    ],
  );
  return { pages, text, rectangles };
}

function stream(object: string): string {
  const from = object.indexOf('stream\n') + 'stream\n'.length;
  const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
  const bytes = Buffer.from(object.slice(from, from + length), 'latin1');
  return object.includes('/FlateDecode') ? inflateSync(bytes).toString('latin1') : bytes.toString('latin1');
}
