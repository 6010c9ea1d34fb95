import { type DescFile, type DescMessage, type DescService, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, type ServiceImpl } from '@connectrpc/connect';
import type { ServerReflection, ServerReflectionRequest } from '@muster/contract';

/** gRPC server reflection (v1) straight from the generated descriptors, so that grpcurl and its like need no files. */
export function reflection(services: readonly DescService[]): ServiceImpl<typeof ServerReflection> {
  const files = new Map<string, DescFile>();
  const addFile = (file: DescFile) => {
    if (files.has(file.proto.name)) return;
    files.set(file.proto.name, file);
    file.dependencies.forEach(addFile);
  };
  for (const service of services) addFile(service.file);
  const symbols = new Map<string, DescFile>();
  for (const file of files.values()) for (const name of symbolsOf(file)) symbols.set(name, file);

  const find = ({ messageRequest: asked }: ServerReflectionRequest): DescFile | undefined => {
    switch (asked.case) {
      case 'fileByFilename':
        return files.get(asked.value);
      case 'fileContainingSymbol':
        return symbols.get(asked.value);
      case 'fileContainingExtension': {
        const { containingType, extensionNumber } = asked.value;
        return [...files.values()].find((file) =>
          file.extensions.some(
            (extension) => extension.extendee.typeName === containingType && extension.number === extensionNumber,
          ),
        );
      }
      default:
        return undefined;
    }
  };

  return {
    async *serverReflectionInfo(requests) {
      for await (const originalRequest of requests) {
        const answer = { originalRequest, validHost: originalRequest.host };
        if (originalRequest.messageRequest.case === 'listServices') {
          const service = services.map((each) => ({ name: each.typeName }));
          yield { ...answer, messageResponse: { case: 'listServicesResponse', value: { service } } };
          continue;
        }
        const file = find(originalRequest);
        if (file)
          yield {
            ...answer,
            messageResponse: { case: 'fileDescriptorResponse', value: { fileDescriptorProto: withImports(file) } },
          };
        else
          yield {
            ...answer,
            messageResponse: { case: 'errorResponse', value: { errorCode: Code.NotFound, errorMessage: 'not found' } },
          };
      }
    },
  };
}

function symbolsOf(file: DescFile): string[] {
  const nested = (messages: readonly DescMessage[]): string[] =>
    messages.flatMap((message) => [
      message.typeName,
      ...message.nestedEnums.map((each) => each.typeName),
      ...message.nestedExtensions.map((each) => each.typeName),
      ...nested(message.nestedMessages),
    ]);
  return [
    ...nested(file.messages),
    ...file.enums.map((each) => each.typeName),
    ...file.extensions.map((each) => each.typeName),
    ...file.services.flatMap((service) => [
      service.typeName,
      ...service.methods.map((method) => `${service.typeName}.${method.name}`),
    ]),
  ];
}

function withImports(file: DescFile): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  const visit = (each: DescFile) => {
    if (found.has(each.proto.name)) return;
    found.set(each.proto.name, toBinary(FileDescriptorProtoSchema, each.proto));
    each.dependencies.forEach(visit);
  };
  visit(file);
  return [...found.values()];
}
