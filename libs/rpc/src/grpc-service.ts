import {
  create,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

function codec(message: DescMessage) {
  return {
    serialize: (value: object) => {
      const { buffer, byteOffset, byteLength } = toBinary(
        message,
        create(message, value as MessageInitShape<DescMessage>),
      );
      return Buffer.from(buffer, byteOffset, byteLength);
    },
    deserialize: (bytes: Buffer) => fromBinary(message, bytes),
  };
}

/** The grpc-js definition of one protobuf-es method. */
export function grpcMethod(method: DescMethod): MethodDefinition<object, object> {
  const input = codec(method.input);
  const output = codec(method.output);
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
    responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
    requestSerialize: input.serialize,
    requestDeserialize: input.deserialize,
    responseSerialize: output.serialize,
    responseDeserialize: output.deserialize,
    originalName: method.localName,
  };
}

/** The grpc-js definition of a protobuf-es service. */
export function grpcService(service: DescService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => [method.localName, grpcMethod(method)]),
  ) as ServiceDefinition;
}
