import { fromBinary } from '@bufbuild/protobuf';
import { anyIs } from '@bufbuild/protobuf/wkt';
import type { ConnectError } from '@connectrpc/connect';
import { Metadata } from '@grpc/grpc-js';
import { ErrorInfoSchema, StatusSchema } from '@muster/contract';

const DETAILS = 'grpc-status-details-bin';

/** grpc-js metadata as fetch headers; binary values become Base64. */
export function toHeaders(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const key of Object.keys(metadata.getMap())) {
    for (const value of metadata.get(key))
      headers.append(key, typeof value === 'string' ? value : value.toString('base64'));
  }
  return headers;
}

/** The first value of a text header, or undefined for none. `name` is in lower case. */
export function firstValue(metadata: Metadata, name: string): string | undefined {
  const value = metadata.get(name)[0];
  return typeof value === 'string' ? value : undefined;
}

/** Fetch headers as grpc-js metadata. */
export function toMetadata(headers: Headers): Metadata {
  const metadata = new Metadata();
  headers.forEach((value, key) => {
    if (key.endsWith('-bin')) metadata.add(key, Buffer.from(value, 'base64'));
    else metadata.add(key, value);
  });
  return metadata;
}

/** Puts typed error details where gRPC clients look for them. */
export function withStatusDetails(metadata: Metadata, details: Uint8Array): Metadata {
  metadata.set(DETAILS, Buffer.from(details));
  return metadata;
}

/** Reads them back, in the form that ConnectError keeps. */
export function grpcStatusDetails(metadata: Metadata | undefined): ConnectError['details'] {
  const value = metadata?.get(DETAILS)[0];
  if (!(value instanceof Buffer)) return [];
  return fromBinary(StatusSchema, value)
    .details.filter((detail) => anyIs(detail, ErrorInfoSchema))
    .map((detail) => ({ type: ErrorInfoSchema.typeName, value: detail.value }));
}
