/**
 * The generic dispatcher: a table from URL path to a typed handler, built over the service
 * descriptors of the installed SDK, so that the schema is always the client's own.
 */

import type { IMessageType } from '@protobuf-ts/runtime';

import { RpcFailure, invalidArgument } from './status.js';

/** What a handler knows about its call. */
export interface CallContext {
  /** Aborted when the caller went away, its deadline passed, or the server stops. */
  readonly signal: AbortSignal;
}

/** The parts of a protobuf-ts service descriptor used here. */
export interface ServiceDescriptor {
  readonly typeName: string;
  readonly methods: readonly {
    readonly name: string;
    readonly I: { readonly typeName: string };
    readonly O: { readonly typeName: string };
    readonly serverStreaming: boolean;
  }[];
}

/** A method ready to be served: bytes in, bytes out. */
export type RpcMethod =
  | {
      readonly path: string;
      readonly kind: 'unary';
      call(request: Uint8Array, context: CallContext): Promise<Uint8Array>;
    }
  | {
      readonly path: string;
      readonly kind: 'stream';
      /** Goes on until the caller leaves; other streams have the time limit of a call. */
      readonly isEndless: boolean;
      call(request: Uint8Array, context: CallContext): AsyncIterable<Uint8Array>;
    };

function decodeMessage<I extends object>(type: IMessageType<I>, bytes: Uint8Array): I {
  try {
    // A plain view: on a Buffer, which bodies arrive in, `slice` would share memory instead of copying.
    return type.fromBinary(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    throw invalidArgument(`request is not a valid ${type.typeName} message`, error);
  }
}

function pathOf(
  service: ServiceDescriptor,
  name: string,
  input: IMessageType<object>,
  output: IMessageType<object>,
  isStreaming: boolean,
): string {
  const method = service.methods.find((candidate) => candidate.name === name);
  if (
    method === undefined ||
    method.I.typeName !== input.typeName ||
    method.O.typeName !== output.typeName ||
    method.serverStreaming !== isStreaming
  ) {
    throw new TypeError(`method ${service.typeName}/${name} does not have this signature`);
  }
  return `/${service.typeName}/${name}`;
}

/**
 * Binds a handler to a unary method.
 *
 * @param service - service descriptor of the SDK
 * @param name - method name as in the schema
 * @param input - request message type
 * @param output - response message type
 * @param handler - computes the response; throws RpcFailure for a status other than OK
 * @returns the method
 */
export function unary<I extends object, O extends object>(
  service: ServiceDescriptor,
  name: string,
  input: IMessageType<I>,
  output: IMessageType<O>,
  handler: (request: I, context: CallContext) => O | Promise<O>,
): RpcMethod {
  return {
    path: pathOf(service, name, input, output, false),
    kind: 'unary',
    async call(bytes, context) {
      return output.toBinary(await handler(decodeMessage(input, bytes), context));
    },
  };
}

/**
 * Binds a handler to a server-streaming method.
 *
 * The handler yields encoded responses, so that equal frames for many subscribers are encoded once.
 *
 * @param service - service descriptor of the SDK
 * @param name - method name as in the schema
 * @param input - request message type
 * @param output - response message type
 * @param handler - yields encoded `output` messages; must end when the context's signal aborts
 * @param options - `isEndless`: a subscription, which has no time limit of its own
 * @returns the method
 */
export function stream<I extends object, O extends object>(
  service: ServiceDescriptor,
  name: string,
  input: IMessageType<I>,
  output: IMessageType<O>,
  handler: (request: I, context: CallContext) => AsyncIterable<Uint8Array>,
  { isEndless = false } = {},
): RpcMethod {
  return {
    path: pathOf(service, name, input, output, true),
    kind: 'stream',
    isEndless,
    call: (bytes, context) => handler(decodeMessage(input, bytes), context),
  };
}

/**
 * Indexes methods by URL path.
 *
 * @param methods - all methods of the server
 * @returns a lookup that throws UNIMPLEMENTED for any other path
 */
export function createDispatcher(methods: readonly RpcMethod[]): (path: string) => RpcMethod {
  const byPath = new Map(methods.map((method) => [method.path, method]));
  return (path) => {
    const method = byPath.get(path);
    if (method === undefined) {
      throw new RpcFailure('UNIMPLEMENTED', `method ${path.slice(0, 200)} is not served`);
    }
    return method;
  };
}
