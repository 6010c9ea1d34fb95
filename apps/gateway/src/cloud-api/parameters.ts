import { fromFlattened, type Given, parseBody } from '@muster/cloud-api';
import { Refusal } from '@muster/kernel';
import type { ApiRequest } from './http-request.ts';
import { partsOf } from './multipart.ts';

/** The parameters of an action as they were given. */
export interface Parameters {
  readonly given: { readonly [name: string]: Given };
  /** Whether every value is text, whatever its type: only JSON has types. */
  readonly flattened: boolean;
}

const FORM = 'application/x-www-form-urlencoded';

/** Reads the parameters of a request whose common ones are headers. Refusals: InvalidRequest, InvalidParameter. */
export function parametersOf({ method, query, body, header }: ApiRequest): Parameters {
  if (method === 'GET') return flattened(pairsOf(query));
  const contentType = header('content-type') ?? '';
  switch (mediaType(contentType)) {
    case 'application/json':
      return { given: parseBody(textOf(body)), flattened: false };
    case FORM:
      return flattened(pairsOf(textOf(body)));
    case 'multipart/form-data':
      // API 3.0 writes bytes as Base64; a file is spared that
      return flattened(
        partsOf(body, contentType).map(({ name, content, file }) => [
          name,
          file ? content.toString('base64') : textOf(content),
        ]),
      );
    default:
      throw new Refusal(
        'invalid',
        'InvalidRequest',
        `the body must be application/json, ${FORM} or multipart/form-data, was \`${contentType.slice(0, 100)}\``,
      );
  }
}

/** The names and values of a query or form, as a signature of version 1 covers them. Refusal: InvalidRequest. */
export function pairsOf(text: string): [name: string, value: string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
}

/** Whether a body is a form, as version 1 has it. */
export function isForm(contentType: string): boolean {
  return mediaType(contentType) === FORM;
}

/** Refusal: InvalidRequest for what is not UTF-8. */
export function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Refusal('invalid', 'InvalidRequest', 'the body is not UTF-8');
  }
}

function flattened(pairs: Iterable<readonly [name: string, value: string]>): Parameters {
  return { given: fromFlattened(pairs), flattened: true };
}

function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    const seen = `\`${text.slice(0, 100)}\``;
    throw new Refusal('invalid', 'InvalidRequest', `the parameters are not UTF-8 in percent-encoding: ${seen}`);
  }
}
