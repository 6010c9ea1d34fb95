import { Refusal } from '@muster/kernel';

/** More parts than any action has parameters. */
const MAX_PARTS = 10_000;
const MAX_HEADER_BYTES = 4 << 10;
const BLANK_LINE = '\r\n\r\n';

/** A part of a `multipart/form-data` body. */
export interface Part {
  readonly name: string;
  /** Its bytes, a view of the body. */
  readonly content: Buffer;
  /** Whether it is a file: it has a file name, or is an octet stream, as the SDKs send bytes. */
  readonly file: boolean;
}

/**
 * The parts of a body (RFC 7578). Node's own reader takes parts without a file name for text, whatever they are, and changes their bytes.
 * Refusal: InvalidRequest.
 */
export function partsOf(body: Buffer, contentType: string): Part[] {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType) ?? [];
  const delimiter = quoted ?? bare;
  if (delimiter === undefined) throw malformed('its content type names no boundary');
  const parts: Part[] = [];
  const line = `\r\n--${delimiter}`;
  // the first one has no line before it
  if (!body.subarray(0, line.length - 2).equals(Buffer.from(line.slice(2)))) {
    throw malformed('it does not begin with its boundary');
  }
  let at = line.length - 2;
  while (body.toString('latin1', at, at + 2) !== '--') {
    if (parts.length === MAX_PARTS) throw malformed(`it has more than ${MAX_PARTS} parts`);
    const end = body.indexOf(line, at);
    if (body.toString('latin1', at, at + 2) !== '\r\n' || end < 0) throw malformed('it ends within a part');
    parts.push(partOf(body.subarray(at, end)));
    at = end + line.length;
  }
  return parts;
}

/** `part` begins with the line break before its headers. */
function partOf(part: Buffer): Part {
  const blank = part.subarray(0, MAX_HEADER_BYTES).indexOf(BLANK_LINE);
  if (blank < 0) throw malformed('a part has no headers');
  const headers = part.toString('utf8', 0, blank);
  const disposition = /\r\ncontent-disposition:\s*form-data\s*((?:;[^\r\n]*)?)/i.exec(headers)?.[1] ?? '';
  const name = /;\s*name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw malformed('a part has no name');
  return {
    name,
    content: part.subarray(blank + BLANK_LINE.length),
    file: /;\s*filename\*?=/i.test(disposition) || /\r\ncontent-type:\s*application\/octet-stream\b/i.test(headers),
  };
}

function malformed(why: string): Refusal {
  return new Refusal('invalid', 'InvalidRequest', `the body is no multipart/form-data: ${why}`);
}
