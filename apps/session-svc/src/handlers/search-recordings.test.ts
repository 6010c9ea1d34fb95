import { decideByPolicies } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import type { Recorder } from '../relay/recorder.ts';

const PROD = 'ins-0000prod';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } }).set(PROD, { tags: { env: 'prod' } });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const bytes = (text: string) => new TextEncoder().encode(text);

/** Records outputs, a second apart and a chunk each. */
async function recorded(
  outputs: readonly string[],
  { username = 'ubuntu', instanceId = MACHINE }: { username?: string; instanceId?: string } = {},
): Promise<string> {
  const { ticket } = await fixture.as('user').openSession({ instanceId, username });
  const { sessionId } = ticket!;
  for (const output of outputs) {
    const recorder = await fixture.record(sessionId);
    fixture.clock.ms += 1_000;
    recorder.output(bytes(output));
    await recorder.close();
  }
  return sessionId;
}

const search = (query: string, given: object = {}, credential = 'user') =>
  fixture.as(credential).searchRecordings({ query, ...given });
async function found(query: string, given: object = {}, credential = 'user') {
  const { hits } = await search(query, given, credential);
  return hits.map(({ recording, excerpt, foundAt, foundLength }) => [
    recording!.sessionId,
    `${excerpt.slice(0, foundAt)}[${excerpt.slice(foundAt, foundAt + foundLength)}]${excerpt.slice(foundAt + foundLength)}`,
  ]);
}

describe('SearchRecordings', () => {
  it('finds what stood on the screen, also when it was typed letter by letter, and knows the millisecond', async () => {
    const sessionId = await recorded([
      '\u001b[1mroot@web\u001b[0m:~# ',
      'l',
      's',
      ' ',
      '-',
      'l',
      'a',
      '\r\n',
      'total 8\r\n',
    ]);
    const { hits } = await search('LS -la');
    expect(hits).toMatchObject([{ excerpt: 'root@web:~# ls -la', foundAt: 12, foundLength: 6, atMs: 7_000n }]);
    expect(await found('otal')).toEqual([[sessionId, 't[otal] 8']]);
    expect(await found('[1mroot')).toEqual([]);
  });

  it('finds what is in an open recording already, and each place once while the rest of it comes', async () => {
    const sessionId = await opened(fixture);
    const type = async (text: string, use: (recorder: Recorder) => Promise<void>) => {
      const recorder = await fixture.record(sessionId);
      recorder.output(bytes(text));
      await use(recorder);
    };
    await type('$ upt', (recorder) => recorder.close());
    expect(await found('$ up')).toEqual([[sessionId, '[$ up]t']]);
    await type('ime\r\n load average', (recorder) => recorder.close());
    expect(await found('uptime')).toEqual([[sessionId, '$ [uptime]']]);
    expect(await found('$ up')).toHaveLength(1);
    await type(': 0.1', (recorder) => recorder.seal());
    expect(await found('average: 0.1')).toEqual([[sessionId, 'load [average: 0.1]'.replace('load', ' load')]]);
  });

  it('takes the query as text, whatever stands in it', async () => {
    const sessionId = await recorded(['say "hi" OR *\r\n', "it's NEAR(a b) ^x: 100%\r\n", '漢字かな\r\n']);
    for (const query of ['"hi"', '" OR *', "it's", 'NEAR(a', '^x:', '00%', '漢字か']) {
      expect(await found(query)).toMatchObject([[sessionId, expect.stringContaining(`[${query}]`)]]);
    }
    expect(await found('hi" OR "100')).toEqual([]);
    expect(await found('say NOT hi')).toEqual([]);
  });

  it('refuses what is too short, too long or no line, and unknown filters', async () => {
    expect((await refusalOf(search('ls'))).message).toBe('Query must be 3 to 200 characters, was 2');
    expect((await refusalOf(search('漢字'))).reason).toBe('InvalidParameterValue.Range');
    expect((await refusalOf(search('x'.repeat(201)))).message).toContain('was 201');
    expect((await refusalOf(search(''))).reason).toBe('MissingParameter');
    expect((await refusalOf(search('a\nbc'))).message).toContain('one line');
    expect((await refusalOf(search('abc', { filters: [{ name: 'state', values: ['x'] }] }))).reason).toContain(
      'Filter',
    );
    expect((await refusalOf(search('abc', { offset: 10_001 }))).message).toBe(
      'Offset must be at most 10000, was 10001',
    );
  });

  it('shows the newest recordings first, a page at a time', async () => {
    const [older, newer] = [await recorded(['needle 1\r\nneedle 2\r\n']), await recorded(['needle 3\r\n'])];
    expect(await found('needle')).toEqual([
      [newer, '[needle] 3'],
      [older, '[needle] 1'],
      [older, '[needle] 2'],
    ]);
    const first = await search('needle', { limit: 2 });
    expect([first.hits.length, first.more]).toEqual([2, true]);
    const second = await search('needle', { limit: 2, offset: 2 });
    expect([second.hits.length, second.more]).toEqual([1, false]);
  });

  it('looks only where the filters say', async () => {
    const [one, other] = [await recorded(['needle\r\n']), await recorded(['needle\r\n'], { username: 'root' })];
    const sessionsOf = async (name: string, ...values: string[]) =>
      (await found('needle', { filters: [{ name, values }] })).map(([sessionId]) => sessionId);
    expect(await sessionsOf('session-id', one)).toEqual([one]);
    expect(await sessionsOf('username', 'root')).toEqual([other]);
    expect(await sessionsOf('instance-id', PROD)).toEqual([]);
    expect(await sessionsOf('create-uin', '100000000011')).toEqual([other, one]);
  });

  it('never finds what another account recorded', async () => {
    await recorded(['needle\r\n']);
    expect(await found('needle', {}, 'root@100000000002')).toEqual([]);
  });

  it('finds only what the caller may read: by machine, by tag, and by the user of the operating system', async () => {
    const ours = await recorded(['needle\r\n']);
    await recorded(['needle\r\n'], { username: 'root' });
    const prod = await recorded(['needle\r\n'], { instanceId: PROD });
    const allow = { effect: 'allow', action: 'tat:GetRecording' } as const;
    const sessions = async () => (await found('needle')).map(([sessionId]) => sessionId);
    decideByPolicies(fixture.iam, allow, {
      ...{ effect: 'deny', action: 'tat:GetRecording' },
      condition: { string_equal: { 'muster:os_user': 'root' } },
    });
    expect(await sessions()).toEqual([prod, ours]);
    decideByPolicies(fixture.iam, { ...allow, condition: { string_equal: { 'muster:os_user': 'ubuntu' } } });
    expect(await sessions()).toEqual([prod, ours]);
    const onTag = { 'for_any_value:string_equal': { 'qcs:resource_tag': 'env&prod' } };
    decideByPolicies(fixture.iam, { ...allow, condition: onTag });
    expect(await sessions()).toEqual([prod]);
    decideByPolicies(fixture.iam, { effect: 'allow', action: 'tat:DescribeRecordings' });
    expect(await sessions()).toEqual([]);
  });

  it('finds nothing of what was typed and not shown, nor of titles', async () => {
    await fixture.as('root').modifySessionSettings({ settings: { recordInput: true } });
    const sessionId = await opened(fixture);
    const recorder = await fixture.record(sessionId);
    recorder.output(bytes('\u001b]0;needle\u0007Password: '));
    recorder.input(bytes('needle\r'));
    await recorder.close();
    expect(await found('needle')).toEqual([]);
    expect(await found('Password')).toHaveLength(1);
  });
});
