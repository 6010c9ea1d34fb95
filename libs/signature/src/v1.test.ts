import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { v1Signature, v1StringsToSign } from './index.ts';

const KEY = 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE';
const E = {
  Action: 'DescribeInstances',
  'InstanceIds.0': 'ins-09dx96dg',
  Limit: '20',
  Nonce: '11886',
  Offset: '0',
  Region: 'ap-guangzhou',
  SecretId: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE',
  Timestamp: '1465185768',
  Version: '2017-03-12',
};

describe('signatures of version 1', () => {
  it('are that of the published vector E, whatever the order and the signature that it came with', () => {
    const shuffled = [['Signature', 'x'] as const, ...Object.entries(E).reverse()];
    const [text, ...others] = v1StringsToSign('GET', 'cvm.tencentcloudapi.com', shuffled);
    expect(others).toEqual([]);
    expect(text).toBe(
      'GETcvm.tencentcloudapi.com/?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE&Timestamp=1465185768&Version=2017-03-12',
    );
    expect(v1Signature(KEY, 'HmacSHA1', text!)).toBe('EliP9YW3pW28FpsEdkXt/+WcGeI=');
  });

  it('cover the host with its port and without, and values as they are, not encoded', () => {
    expect(v1StringsToSign('POST', 'localhost:8080', [['Name', '中文 & = +']])).toEqual([
      'POSTlocalhost:8080/?Name=中文 & = +',
      'POSTlocalhost/?Name=中文 & = +',
    ]);
    expect(v1StringsToSign('POST', '[::1]:8080', [])).toEqual(['POST[::1]:8080/?', 'POST[::1]/?']);
  });

  it('sort names by their code units, so that the tenth of a list comes before the second', () => {
    const names = ['b', 'a.2', 'a.10', 'a', 'B', 'ä', 'a.1'];
    const [text] = v1StringsToSign(
      'GET',
      'h',
      names.map((name) => [name, '']),
    );
    expect(text).toBe('GETh/?B=&a=&a.1=&a.10=&a.2=&b=&ä=');
  });

  it('are those of any client that follows the published rules', () => {
    const word = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(fc.dictionary(word, word), fc.constantFrom('HmacSHA1', 'HmacSHA256'), (parameters, method) => {
        const { Signature: _, ...covered } = parameters;
        const names = Object.keys(covered).sort((a, b) => (a < b ? -1 : 1));
        const text = `POSTtat.test:99/?${names.map((name) => `${name}=${covered[name]}`).join('&')}`;
        const signature = createHmac(method === 'HmacSHA1' ? 'sha1' : 'sha256', KEY)
          .update(text)
          .digest('base64');
        const taken = v1StringsToSign('POST', 'tat.test:99', Object.entries(parameters));
        expect(taken.map((each) => v1Signature(KEY, method, each))).toContain(signature);
      }),
    );
  });
});
