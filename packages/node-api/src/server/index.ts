/** The server side of the storage node API: a service contract and the fastify routes that speak for it. */
export type { NodeApiService, RequestBody, RouteHandler, ServiceRequest } from './service.js';
export { ANSWER_CHUNK_BYTES, streamedAnswerBytes, type StreamedAnswer } from './answers.js';
export { registerNodeApi, type NodeApiServerOptions } from './plugin.js';
export {
  createNodeApiServer,
  type NodeApiServer,
  type NodeApiServerComponents,
  type NodeApiServerInit,
} from './server.js';
