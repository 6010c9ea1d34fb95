import type { Endpoint, EndpointSink } from './endpoint.ts';
import type { Pty } from './pty.ts';

/**
 * A terminal that says what was typed into it. Input that it reads as lines without showing them is told by its length only: passwords. As a
 * program may begin to ask at any moment, the terminal must show what is typed before and after it took the bytes. It cannot be known of
 * programs that read each key by themselves, as shells do.
 */
export function reportingInput(pty: Pty, sink: EndpointSink): Endpoint {
  let offset = 0;
  let before: Promise<unknown> = Promise.resolve();
  const write = async (bytes: Uint8Array) => {
    const hidden = await pty.hidesInput();
    await pty.write(bytes);
    const shown = !hidden && !(await pty.hidesInput());
    const value = { offset: BigInt(offset), length: bytes.length, bytes: shown ? bytes : new Uint8Array() };
    offset += bytes.length;
    sink.report({ case: 'typed', value });
  };
  return {
    exited: pty.exited,
    resize: (columns, rows) => pty.resize(columns, rows),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    hangUp: () => pty.hangUp(),
    write(bytes) {
      const written = before.then(() => write(bytes));
      before = written.catch(() => undefined);
      return written;
    },
  };
}
