import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=xyz';
const body = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'));

describe('a multipart body', () => {
  it('has the parts that Node writes, whatever is in them', async () => {
    const content = fc.oneof(
      fc.uint8Array(),
      fc.constantFrom('', '\r\n', '--', '\r\n--', '中文', '\r\n\r\n').map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.stringMatching(/^[\w.]{1,20}$/), content)), async (given) => {
        const form = new FormData();
        for (const [name, bytes] of given) form.append(name, new Blob([Buffer.from(bytes)]), 'file.bin');
        const request = new Request('http://x', { method: 'POST', body: form });
        const written = Buffer.from(await request.arrayBuffer());
        const parts = partsOf(written, request.headers.get('content-type')!);
        expect(parts.map((part) => [part.name, [...part.content], part.file])).toEqual(
          given.map(([name, bytes]) => [name, [...bytes], true]),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('tells files from text', () => {
    const parts = partsOf(
      body(
        `--xyz
Content-Disposition: form-data; name="a"

text
--xyz
content-type: text/plain; charset=utf-8
CONTENT-DISPOSITION: form-data;filename="name";name="b"

file
--xyz
Content-Disposition: form-data; name="c"
Content-Type: application/octet-stream

bytes
--xyz--
`,
      ),
      'Multipart/Form-Data; charset=utf-8; boundary="xyz"',
    );
    expect(parts.map(({ name, content, file }) => [name, content.toString(), file])).toEqual([
      ['a', 'text', false],
      ['b', 'file', true],
      ['c', 'bytes', true],
    ]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', '--xyz--'],
    ['text before its first part', TYPE, 'preface\n--xyz--'],
    ['nothing in it', TYPE, ''],
    ['another boundary', TYPE, '--xy--'],
    ['no end', TYPE, '--xyz\nContent-Disposition: form-data; name="a"\n\nx'],
    ['a part without headers', TYPE, '--xyz\n\nx\n--xyz--'],
    ['a part without a name', TYPE, '--xyz\nContent-Disposition: form-data\n\nx\n--xyz--'],
    ['a part of another kind', TYPE, '--xyz\nContent-Disposition: attachment; name="a"\n\nx\n--xyz--'],
  ])('is refused with %s', (_, type, text) => {
    expect(() => partsOf(body(text), type)).toThrow('the body is no multipart/form-data: ');
  });

  it('is refused with more parts than there are parameters, at once', () => {
    const part = '--xyz\nContent-Disposition: form-data; name="a"\n\n\n';
    expect(() => partsOf(body(`${part.repeat(10_001)}--xyz--`), TYPE)).toThrow('more than 10000 parts');
  });
});
