import { createSocket, type Socket } from 'node:dgram';
import { readForStore } from '../xray/ingest.ts';
import type { NewDocument, TraceStore } from '../store/traces.ts';

export interface UdpListener {
  port: number;
  close(): Promise<void>;
}

const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

/**
 * Takes the X-Ray daemon's datagrams: a header line `{"format":"json","version":1}`, a newline, one document. There is no answer;
 * `onDropped` hears why one was not kept.
 */
export async function listenUdp(
  host: string,
  port: number,
  store: TraceStore,
  onDropped: (reason: string) => void,
): Promise<UdpListener> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.bind(port, host, resolve);
  await promise;
  socket.off('error', reject);
  widen(socket);
  socket.on('error', (error) => onDropped(error.message));
  socket.on('message', (datagram) => {
    const read = readDatagram(datagram);
    if ('dropped' in read) return onDropped(read.dropped);
    store.put([read.row]).catch((error: unknown) => onDropped(String(error)));
  });
  return {
    port: socket.address().port,
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
}

/** The document in a datagram, or why there is none. */
export function readDatagram(datagram: Buffer): { row: NewDocument } | { dropped: string } {
  const text = documentIn(datagram);
  if (text === undefined) return { dropped: 'no daemon header' };
  const read = readForStore(text);
  return 'row' in read ? read : { dropped: read.unprocessed.ErrorCode };
}

/** Systems that refuse so large a buffer keep their own. */
function widen(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    return;
  }
}

function documentIn(datagram: Buffer): string | undefined {
  const newline = datagram.indexOf(10);
  if (newline < 0) return undefined;
  try {
    const header: unknown = JSON.parse(datagram.toString('utf8', 0, newline));
    const { format, version } = header as { format?: unknown; version?: unknown };
    return format === 'json' && version === 1 ? datagram.toString('utf8', newline + 1) : undefined;
  } catch {
    return undefined;
  }
}
