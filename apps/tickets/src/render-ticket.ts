import { buffer } from 'node:stream/consumers';
import type { Event } from '@throughline/contracts';
import PDFDocument from 'pdfkit';
import { create } from 'qrcode';

interface TicketFace {
  readonly event: Event;
  readonly seatId: string;
  /** What the door reads: the content of the QR code. */
  readonly code: string;
  readonly issuedAt: Date;
}

/** A6 landscape, in points. */
const PAGE = { width: 420, height: 298 };
const MARGIN = 28;
const QR_SIDE = 126;

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' });

/** A ticket as a PDF of some kilobytes: standard fonts, the QR code in vectors. The same face gives the same bytes. */
export async function renderTicket({ event, seatId, code, issuedAt }: TicketFace): Promise<Buffer> {
  const document = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    info: { Title: `${event.title}, seat ${seatId}`, Creator: 'Throughline', CreationDate: issuedAt },
  });
  const [section = '', row = '', seat = ''] = seatId.split('-');
  const place = event.sections.find((offer) => offer.section === section)?.name ?? `Section ${section}`;
  const width = PAGE.width - 3 * MARGIN - QR_SIDE;
  const line = (y: number, size: number, bold: boolean, text: string): void => {
    document.font(bold ? 'Helvetica-Bold' : 'Helvetica').fontSize(size);
    document.text(text, MARGIN, y, { width, height: 2 * size, ellipsis: true });
  };
  line(MARGIN, 9, false, 'THROUGHLINE TICKETS');
  line(50, 22, true, event.title);
  line(112, 11, false, `${date.format(new Date(event.starts_at))} UTC`);
  line(146, 11, false, `${event.venue.name}, ${event.venue.city}`);
  line(196, 9, false, place.toUpperCase());
  line(210, 22, true, `Row ${row}  Seat ${seat}`);
  line(254, 9, false, code);
  drawQrCode(document, code, PAGE.width - MARGIN - QR_SIDE, (PAGE.height - QR_SIDE) / 2);
  document.end();
  return buffer(document);
}

/** One rectangle for each run of dark modules. */
function drawQrCode(document: PDFKit.PDFDocument, code: string, left: number, top: number): void {
  const { modules } = create(code, { errorCorrectionLevel: 'M' });
  const side = QR_SIDE / modules.size;
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      const start = column;
      while (column < modules.size && modules.get(row, column)) column += 1;
      if (column > start) document.rect(left + start * side, top + row * side, (column - start) * side, side);
    }
  }
  document.fill('black');
}
