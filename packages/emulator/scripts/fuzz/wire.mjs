// HTTP and gRPC-web as a client that does not care: frames, calls, raw connections.
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** A call that takes longer than this counts as hung: the machine may be busy with other things. */
export const HANG_MS = 120_000;

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One gRPC-web frame. */
export function frame(message, flags = 0) {
  const header = Buffer.alloc(5);
  header[0] = flags;
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/**
 * Sends a POST and reads the whole answer.
 *
 * @returns status code, headers and body, or `{ isCut: true }` when the server closed the connection
 */
export function post(url, path, headers, body, retries = 2) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const call = httpRequest(new URL(path, url), { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          statusCode: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ms: performance.now() - started,
        }),
      );
      response.on('error', () => resolve({ isCut: true, ms: performance.now() - started }));
    });
    call.setTimeout(HANG_MS, () => {
      call.destroy();
      reject(new Error(`no answer within ${HANG_MS} ms`));
    });
    call.on('error', (error) => {
      // A server may close the connection on what is too large or no HTTP; it must not refuse new ones.
      if (error.code === 'ECONNREFUSED') reject(error);
      // An idle connection may be closed in the moment it is used again: that is no answer.
      else if (call.reusedSocket && error.code === 'ECONNRESET' && retries > 0) {
        resolve(post(url, path, headers, body, retries - 1));
      } else resolve({ isCut: true, ms: performance.now() - started });
    });
    call.end(body);
  });
}

/** Writes bytes to the port as they are and waits until the server closes or says something. */
export function rawConnection(url, bytes, isPatient) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const end = () => {
      socket.destroy();
      resolve({ isCut: true });
    };
    socket.setTimeout(isPatient ? 200 : 20, end);
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', end);
    socket.on('close', end);
    socket.on('error', (error) => (error.code === 'ECONNREFUSED' ? reject(error) : end()));
  });
}

/** Base64 whose pieces are padded each on its own. */
function decodePieces(body) {
  const pieces = body.toString('latin1').match(/[^=]+=*/g) ?? [];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

/** Takes a gRPC-web answer apart: messages, status, or what is wrong with it. */
export function parseAnswer({ headers, body }) {
  if (body.length === 0) {
    const status = Number(headers['grpc-status']);
    return Number.isInteger(status)
      ? { messages: [], status, message: decodeURIComponent(headers['grpc-message'] ?? '') }
      : { fault: 'neither body nor status' };
  }
  const isText = String(headers['content-type'] ?? '').includes('-text');
  if (isText && body.length % 4 !== 0) return { fault: 'base64 of a wrong length' };
  const bytes = isText ? decodePieces(body) : body;
  const messages = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 5) return { fault: 'cut frame header' };
    const length = bytes.readUInt32BE(at + 1);
    const payload = bytes.subarray(at + 5, at + 5 + length);
    if (payload.length !== length) return { fault: 'cut frame' };
    at += 5 + length;
    if (bytes[at - 5 - length] === 0) {
      messages.push(payload);
      continue;
    }
    const trailers = payload.toString('latin1');
    const status = /^grpc-status:(\d+)\r$/m.exec(trailers)?.[1];
    const message = /^grpc-message:(.*)\r$/m.exec(trailers)?.[1] ?? '';
    if (status === undefined || at !== bytes.length) return { fault: 'malformed trailer' };
    return { messages, status: Number(status), message: decodeURIComponent(message) };
  }
  return { fault: 'no trailer' };
}

export function closeConnections() {
  agent.destroy();
}
