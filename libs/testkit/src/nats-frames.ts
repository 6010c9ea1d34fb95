/** What one side of a connection to nats-server says in one go. */
export interface Frame {
  /** From the client (`up`) or from the server. */
  readonly way: 'up' | 'down';
  /** `PUB`, `HPUB`, `MSG`, `HMSG` carry a subject and a payload; others (`PING`, `SUB`, `INFO` …) do not. */
  readonly verb: string;
  readonly subject: string;
  readonly payload: Buffer;
  /** Everything, as it went over the wire. */
  readonly bytes: Buffer;
}

const WITH_PAYLOAD = new Set(['PUB', 'HPUB', 'MSG', 'HMSG']);

/** Cuts one way of a connection into frames; gives those that are complete with each chunk. */
export function frameCutter(way: Frame['way']): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const frame = firstFrame(rest, way);
      if (!frame) return frames;
      frames.push(frame);
      rest = rest.subarray(frame.bytes.length);
    }
  };
}

function firstFrame(data: Buffer, way: Frame['way']): Frame | undefined {
  const lineEnd = data.indexOf('\r\n');
  if (lineEnd < 0) return undefined;
  const [verb = '', ...words] = data.toString('latin1', 0, lineEnd).split(/\s+/);
  const start = lineEnd + 2;
  if (!WITH_PAYLOAD.has(verb.toUpperCase())) {
    return { way, verb: verb.toUpperCase(), subject: '', payload: Buffer.alloc(0), bytes: data.subarray(0, start) };
  }
  // the last word is the size of headers and payload together, the line end after them not counted
  const end = start + Number(words.at(-1));
  if (data.length < end + 2) return undefined;
  const headers = verb.toUpperCase().startsWith('H') ? Number(words.at(-2)) : 0;
  return {
    way,
    verb: verb.toUpperCase(),
    subject: words[0]!,
    payload: data.subarray(start + headers, end),
    bytes: data.subarray(0, end + 2),
  };
}
