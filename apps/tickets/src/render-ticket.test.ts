import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { season } from '@throughline/contracts';
import jsqr from 'jsqr';
import { renderTicket } from './render-ticket.ts';
import { readPdf, type Pdf } from './testing/read-pdf.ts';

const [event] = season;
const face = {
  event: event!,
  seatId: 'B-12-7',
  code: '0123456789ABCDEF',
  issuedAt: new Date('2027-01-02T03:04:05Z'),
};

/** What a camera in front of the page reads. */
function scan({ rectangles }: Pdf): string | undefined {
  const [width, height, dots] = [420, 298, 3];
  const pixels = new Uint8ClampedArray(width * height * dots * dots * 4).fill(255);
  for (const [x, y, w, h] of rectangles) {
    for (let row = Math.round(y * dots); row < Math.round((y + h) * dots); row += 1) {
      for (let column = Math.round(x * dots); column < Math.round((x + w) * dots); column += 1) {
        pixels.fill(0, (row * width * dots + column) * 4, (row * width * dots + column) * 4 + 3);
      }
    }
  }
  return jsqr.default(pixels, width * dots, height * dots)?.data;
}

describe('a ticket', () => {
  it('is a PDF of one page that says what, when and where', async () => {
    const pdf = readPdf(await renderTicket(face));
    assert.equal(pdf.pages, 1);
    for (const text of ['Night Trains', 'Harbour Hall, Lisbon', 'BALCONY', 'Row 12 Seat 7', face.code]) {
      const words = pdf.text.join(' ').replaceAll(/\s+/g, ' ');
      assert.ok(words.includes(text), `${text} is missing in: ${words}`);
    }
    assert.ok(pdf.text.join(' ').includes('14 May 2027'));
  });

  it('carries its code as a QR code that a scanner reads', async () => {
    assert.equal(scan(readPdf(await renderTicket(face))), face.code);
  });

  it('has the same bytes for the same face, few enough that eight fit into a message', async () => {
    const [once, twice] = await Promise.all([renderTicket(face), renderTicket(face)]);
    assert.ok(once.equals(twice));
    assert.ok(once.length < 20_000, `${once.length} bytes`);
  });

  it('stays on one page with the longest title', async () => {
    const title = 'A very long evening of very long songs '.repeat(20);
    const file = await renderTicket({ ...face, event: { ...face.event, title } });
    assert.equal(readPdf(file).pages, 1);
    assert.ok(file.length < 20_000);
  });

  it('names the section by its letter where the event no longer has it', async () => {
    const pdf = readPdf(await renderTicket({ ...face, seatId: 'Z-1-2' }));
    assert.ok(pdf.text.join(' ').includes('SECTION Z'));
  });
});
