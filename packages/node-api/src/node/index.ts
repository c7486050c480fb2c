/** The storage node client for Node: a connection pool per node, and TLS pinned to the registered key. */
export { createNodeClient, type NodePoolClientInit } from './client.js';
export { createUndiciTransport, type UndiciTransportInit } from './transport.js';
export { compressedKeyOf } from './pinning.js';
