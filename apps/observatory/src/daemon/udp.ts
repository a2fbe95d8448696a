import { createSocket, type Socket } from 'node:dgram';
import { readForStore } from '../xray/ingest.ts';
import type { TraceStore } from '../store/traces.ts';

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
    const text = documentIn(datagram);
    if (text === undefined) return onDropped('no daemon header');
    const read = readForStore(text);
    if ('unprocessed' in read) return onDropped(read.unprocessed.ErrorCode);
    store.put([read.row]).catch((error: unknown) => onDropped(String(error)));
  });
  return {
    port: socket.address().port,
    close: () => new Promise((closed) => socket.close(() => closed())),
  };
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
