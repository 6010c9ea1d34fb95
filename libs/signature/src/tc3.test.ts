import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coversBody,
  parseTc3Authorization,
  signedHeadersFault,
  type Tc3Request,
  tc3Signature,
  tc3StringsToSign,
} from './index.ts';

const KEY = 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE';
const ID = 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE';
const FORM = 'application/x-www-form-urlencoded';
const NAMES = ['content-type', 'host'];

/** A request with these headers, by names in lower case. */
function request({
  headers,
  body = '',
  query = '',
  method = 'POST',
  timestamp = '1551113065',
}: {
  headers: Readonly<Record<string, string>>;
  body?: string;
  query?: string;
  method?: string;
  timestamp?: string;
}): Tc3Request {
  return { method, query, timestamp, body: Buffer.from(body), header: (name) => headers[name] };
}

/** All signatures that would be taken for this request. */
function signatures(of: Tc3Request, service: string, signedHeaders: readonly string[] = NAMES): string[] {
  const date = new Date(Number(of.timestamp) * 1_000).toISOString().slice(0, 10);
  return tc3StringsToSign(of, { date, service, signedHeaders }).map((stringToSign) =>
    tc3Signature(KEY, { date, service, stringToSign }),
  );
}

describe('TC3-HMAC-SHA256', () => {
  const cvm = { host: 'cvm.tencentcloudapi.com', 'content-type': 'application/json; charset=utf-8' };
  const tat = { host: 'tat.tencentcloudapi.com', 'content-type': 'application/json' };
  const bodyF = String.raw`{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}`;
  const query = 'Limit=10&Offset=0';
  const get = { method: 'GET', query, timestamp: '1539084154' };

  it.each([
    {
      name: 'F, published',
      of: request({ headers: cvm, body: bodyF }),
      service: 'cvm',
      canonical: '5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031',
      signature: '72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
    },
    {
      name: 'G, with the action signed',
      of: request({ headers: { ...cvm, 'x-tc-action': 'DescribeInstances' }, body: bodyF }),
      service: 'cvm',
      signed: [...NAMES, 'x-tc-action'],
      canonical: '7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84',
      signature: '644be983de9a8a3f00db8eadaba61467c3b429e2215758ba897b738ca469fd26',
    },
    {
      name: 'H, a published GET',
      of: request({ headers: { ...cvm, 'content-type': FORM }, ...get }),
      service: 'cvm',
      canonical: '91c9c192c14460df6c1ffc69e34e6c5e90708de2a6d282cccf957dbf1aa7f3a7',
      signature: '5da7a33f6993f0614b047e5df4582db9e9bf4672ba50567dba16c6ccf174c474',
    },
    {
      name: 'A, of the Node SDK',
      of: request({ headers: tat, body: '{"Limit":1,"Offset":0}' }),
      service: 'tat',
      canonical: '77f6954224b89ed1c85d074108d6fb8e52bbe0e7ad9a057417d5064c7f62a8f9',
      signature: 'd904805964010c5bff721434e6a25b1371ab60eaa01ae4411b5bfff46311a876',
    },
    {
      name: 'B, of the Node SDK for an address with a port',
      of: request({ headers: { ...tat, host: '127.0.0.1:8080' }, body: '{"Limit":1,"Offset":0}' }),
      service: '127',
      signature: 'e591a75c97182ee751ff66eb2b6906fd8fbcb6988b0e7f63bb540e47f8f92340',
    },
    {
      name: 'C, of the Node SDK for localhost with a port',
      of: request({ headers: { ...tat, host: 'localhost:8080' }, body: '{}' }),
      service: 'localhost:8080',
      signature: '669957ba04dc1daf7294d33eb8e63fe262352be167f47a3918c1087cf39b9fe7',
    },
    {
      name: 'D, a GET of the Node SDK',
      of: request({ headers: { ...tat, 'content-type': FORM }, ...get }),
      service: 'tat',
      signature: '80ec755466c0bd1f489c322c82563c7e9c4428b8d62cce6e56e108b9689671a9',
    },
  ])('takes the signature of vector $name', ({ of, service, signed = NAMES, canonical, signature }) => {
    expect(signatures(of, service, signed)).toContain(signature);
    const date = new Date(Number(of.timestamp) * 1_000).toISOString().slice(0, 10);
    if (canonical)
      expect(tc3StringsToSign(of, { date, service, signedHeaders: signed }).join('\n')).toContain(canonical);
  });

  /** What a client sends and signs, written once more from the published rules alone. */
  function client({ method, query: raw, body, host, signedHost, type, action, timestamp, service, unsigned }: Sent) {
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const payload = unsigned ? 'UNSIGNED-PAYLOAD' : method === 'GET' ? '' : body;
    const headers = `content-type:${type}\nhost:${signedHost}\nx-tc-action:${action.toLowerCase()}\n`;
    const canonical = `${method}\n/\n${method === 'GET' ? raw : ''}\n${headers}\ncontent-type;host;x-tc-action\n${sha(payload)}`;
    const date = new Date(timestamp * 1_000).toISOString().slice(0, 10);
    const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${sha(canonical)}`;
    const key = hmac(hmac(hmac(`TC3${KEY}`, date), service), 'tc3_request');
    return {
      signature: hmac(key, text).toString('hex'),
      request: request({
        ...{ method, query: raw, body, timestamp: String(timestamp) },
        headers: {
          ...{ host, 'content-type': ` ${type}  `, 'x-tc-action': action },
          ...(unsigned ? { 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
        },
      }),
      service,
    };
  }
  interface Sent {
    readonly method: 'GET' | 'POST';
    readonly query: string;
    readonly body: string;
    readonly host: string;
    readonly signedHost: string;
    readonly type: string;
    readonly action: string;
    readonly timestamp: number;
    readonly service: string;
    readonly unsigned: boolean;
  }
  const sent: fc.Arbitrary<Sent> = fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      query: fc.string({ unit: 'binary' }).map((text) => `Name=${encodeURIComponent(text.toWellFormed())}`),
      body: fc.string({ unit: 'binary' }).map((text) => JSON.stringify({ Name: text.toWellFormed() })),
      name: fc.constantFrom('127.0.0.1', 'localhost', '[::1]', 'Tat.Example.test'),
      port: fc.constantFrom('', ':80', ':8080'),
      signsPort: fc.boolean(),
      type: fc.constantFrom('application/json', 'application/json; charset=UTF-8', FORM),
      action: fc.constantFrom('RunCommand', 'DescribeCommands'),
      timestamp: fc.integer({ min: 0, max: 4_000_000_000 }),
      service: fc.constantFrom('tat', '127', 'localhost:8080', '中文'),
      unsigned: fc.boolean(),
    })
    .map(({ name, port, signsPort, ...rest }) => ({
      ...rest,
      host: `${name}${port}`,
      signedHost: `${name}${signsPort ? port : ''}`.toLowerCase(),
    }));

  it('is taken from any client that follows the published rules, whatever it asks for', () => {
    fc.assert(
      fc.property(sent, (each) => {
        const { request: of, service, signature } = client(each);
        expect(signatures(of, service, [...NAMES, 'x-tc-action'])).toContain(signature);
      }),
    );
  });

  it('T24: fits no request that differs in anything that it covers', () => {
    fc.assert(
      fc.property(sent, fc.nat(6), (each, which) => {
        const changes: Partial<Sent>[] = [
          { method: each.method === 'GET' ? 'POST' : 'GET' },
          each.method === 'GET'
            ? { query: `${each.query}x` }
            : each.unsigned
              ? { unsigned: false }
              : { body: `${each.body} ` },
          { host: `x${each.host}` },
          { type: 'text/plain' },
          { action: 'DeleteCommand' },
          { timestamp: each.timestamp + 1 },
          { service: `${each.service}x` },
        ];
        const other = client({ ...each, ...changes[which] });
        expect(signatures(other.request, other.service, [...NAMES, 'x-tc-action'])).not.toContain(
          client(each).signature,
        );
      }),
    );
  });

  it('takes values as they are sent, and in lower case as the published rule has them', () => {
    const headers = { host: 'a.test', 'content-type': 'application/json; charset=UTF-8' };
    const [asSent, lowered] = signatures(request({ headers }), 'tat');
    expect(
      signatures(request({ headers: { ...headers, 'content-type': 'application/json; charset=utf-8' } }), 'tat'),
    ).toEqual([lowered]);
    expect(asSent).not.toBe(lowered);
  });

  it('covers any body when it says that it covers none', () => {
    const headers = { host: 'a.test', 'content-type': 'application/json', 'x-tc-content-sha256': 'UNSIGNED-PAYLOAD' };
    const [one, other] = ['{}', '{"a":1}'].map((body) => request({ headers, body }));
    expect(signatures(one!, 'tat')).toEqual(signatures(other!, 'tat'));
    expect([coversBody(one!), coversBody(request({ headers: {} }))]).toEqual([false, true]);
  });
});

describe('the Authorization header', () => {
  const signature = 'a'.repeat(64);
  const parsed = {
    ...{ secretId: ID, date: '2019-02-25', service: 'localhost:8080' },
    ...{ signedHeaders: ['content-type', 'host', 'x-tc-action'], signature },
  };
  const written = (comma: string) =>
    `TC3-HMAC-SHA256 Credential=${ID}/2019-02-25/localhost:8080/tc3_request${comma}SignedHeaders=content-type;host;x-tc-action${comma}Signature=${signature}`;

  it.each([', ', ',', ' , ', ',   '])('is read with `%s` between its parts', (comma) => {
    expect(parseTc3Authorization(written(comma))).toEqual(parsed);
  });

  it.each([
    ['nothing', ''],
    ['a bearer token', 'Bearer x'],
    ['SKIP', 'SKIP'],
    ['another method', written(', ').replace('TC3-HMAC-SHA256', 'TC3-HMAC-SM3')],
    ['a part that is missing', written(', ').replace(/, Signature=.*/, '')],
    ['a scope without a service', written(', ').replace('/localhost:8080', '')],
    ['another end of the scope', written(', ').replace('tc3_request', 'aws4_request')],
    ['a date of another form', written(', ').replace('2019-02-25', '20190225')],
    ['a name in capitals', written(', ').replace(';host', ';Host')],
    ['a signature in capitals', written(', ').replaceAll('a'.repeat(64), 'A'.repeat(64))],
    ['a signature that is cut short', written(', ').slice(0, -1)],
    ['more behind it', `${written(', ')}, Signature=${signature}`],
  ])('is none with %s', (_, header) => {
    expect(parseTc3Authorization(header)).toBeUndefined();
  });

  it('is none in whatever else is sent, however long', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('TC3-HMAC-SHA256 ', 'Credential=', 'a/', ' ', ',', ';', '中')), (parts) => {
        expect(parseTc3Authorization(parts.join(''))).toBeUndefined();
      }),
    );
    expect(parseTc3Authorization(`TC3-HMAC-SHA256 Credential=${' ,'.repeat(8_000)}`)).toBeUndefined();
  });
});

describe('the list of signed headers', () => {
  const sent: Readonly<Record<string, string>> = {
    'content-type': 'application/json',
    host: 'a.test',
    'x-tc-action': '',
  };
  const fault = (list: string) => signedHeadersFault({ signedHeaders: list.split(';') }, (name) => sent[name]);

  it.each(['content-type;host', 'host;content-type', 'content-type;host;x-tc-action'])('may be %s', (list) => {
    expect(fault(list)).toBeUndefined();
  });

  it.each([
    ['host', '`SignedHeaders` must name `content-type`'],
    ['content-type', '`SignedHeaders` must name `host`'],
    ['', '`SignedHeaders` must name `content-type`'],
    ['content-type;host;host', '`SignedHeaders` names a header twice'],
    ['content-type;host;', '`SignedHeaders` names ``, which was not sent'],
    ['content-type;host;x-tc-token', '`SignedHeaders` names `x-tc-token`, which was not sent'],
  ])('T24: `%s` is at fault', (list, said) => {
    expect(fault(list)).toBe(said);
  });
});
