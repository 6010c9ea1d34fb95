import { decideByPolicies } from '@muster/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, MACHINE, opened, refusalOf, startFixture } from '../../tests/fixture.ts';
import { printedIn } from '../../tests/recordings.ts';
import type { Recorder } from '../relay/recorder.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
  fixture.machines.known.set(MACHINE, { tags: { env: 'dev' } });
});
afterEach(() => fixture[Symbol.asyncDispose]());

const bytes = (text: string) => new TextEncoder().encode(text);

/** Records these outputs, a chunk each. */
async function recorded(outputs: readonly string[], { username = 'ubuntu' } = {}): Promise<[string, Recorder]> {
  const sessionId = await opened(fixture, 'user', username);
  let recorder = await fixture.record(sessionId);
  for (const output of outputs) {
    recorder.output(bytes(output));
    await recorder.close();
    recorder = await fixture.record(sessionId);
  }
  return [sessionId, recorder];
}

async function read(sessionId: string, { fromChunk = 0, credential = 'user' } = {}) {
  const parts = [];
  for await (const { part } of fixture.as(credential).getRecording({ sessionId, fromChunk })) parts.push(part);
  const text = parts.map((part) => (part.case === 'chunk' ? part.value.text : '')).join('');
  const seal = parts.at(-1);
  return { parts, printed: printedIn(text), seal: seal?.case === 'seal' ? seal.value : undefined };
}

describe('GetRecording', () => {
  it('gives every chunk and then the seal', async () => {
    const [sessionId, recorder] = await recorded(['one ', 'two ', 'three']);
    await recorder.seal();
    const { parts, printed, seal } = await read(sessionId);
    expect(printed).toBe('one two three');
    expect(parts.map((part) => part.case)).toEqual(['chunk', 'chunk', 'chunk', 'seal']);
    expect(parts[1]).toMatchObject({ value: { number: 1, offset: 8n } });
    expect(seal).toMatchObject({ chunks: 3, fault: '' });
    expect(parts[2]).toMatchObject({ value: { hash: seal!.hash } });
  });

  it('gives what an open session has so far, and the rest when it is asked for it', async () => {
    const [sessionId, recorder] = await recorded(['one ', 'two ']);
    expect(await read(sessionId)).toMatchObject({ parts: { length: 2 }, printed: 'one two ', seal: undefined });
    recorder.output(bytes('three'));
    await recorder.seal();
    const rest = await read(sessionId, { fromChunk: 2 });
    expect(rest.parts[0]).toMatchObject({ value: { number: 2 } });
    expect(rest.seal).toMatchObject({ chunks: 3, fault: '' });
    expect((await refusalOf(read(sessionId, { fromChunk: 4 }))).message).toBe('FromChunk must be 0 to 3, was 4');
  });

  it('ends with the hash that the event of the end names', async () => {
    const [sessionId, recorder] = await recorded(['one ', 'two']);
    await recorder.seal();
    await fixture.happen(sessionId, { event: 'redeem' }, { event: 'finish', reason: 'EXITED' });
    const { event } = (await fixture.told()).at(-1)!;
    const { seal } = await read(sessionId);
    expect(event.body).toMatchObject({ case: 'sessionEnded', value: { recordingHash: seal!.hash } });
  });

  it('says what does not fit', async () => {
    const [sessionId, recorder] = await recorded(['one ', 'two ', 'three']);
    await recorder.seal();
    await fixture.db.deleteFrom('recording_chunk').where('number', '=', 1).execute();
    const { parts, seal } = await read(sessionId);
    expect(parts).toHaveLength(2);
    expect(seal!.fault).toBe('it was cut: chunk 1 is missing, and all behind it');
  });

  it('is decided on the machine and the user of the operating system of then', async () => {
    const [asRoot] = await recorded(['secret'], { username: 'root' });
    const [asOther] = await recorded(['plain']);
    decideByPolicies(
      fixture.iam,
      { effect: 'allow', action: '*' },
      { effect: 'deny', action: 'tat:GetRecording', condition: { string_equal: { 'muster:os_user': 'root' } } },
    );
    expect((await refusalOf(read(asRoot))).kind).toBe('denied');
    expect((await read(asOther)).printed).toBe('plain');
  });

  it('knows no recording of another account, of nothing, or that was removed', async () => {
    const [sessionId] = await recorded(['one']);
    const foreign = await refusalOf(read(sessionId, { credential: 'root@100000000002' }));
    expect(foreign).toMatchObject({ kind: 'not_found', reason: 'ResourceNotFound.RecordingNotFound' });
    expect((await refusalOf(read('ses-nothing1'))).reason).toBe('ResourceNotFound.RecordingNotFound');
    expect((await refusalOf(read(await opened(fixture)))).reason).toBe('ResourceNotFound.RecordingNotFound');
    await fixture.db.updateTable('recording').set({ removed_at: 1 }).execute();
    expect((await refusalOf(read(sessionId))).reason).toBe('ResourceNotFound.RecordingNotFound');
  });
});

describe('DescribeRecordings', () => {
  const list = (given: object = {}, credential = 'user') => fixture.as(credential).describeRecordings(given);

  it('shows recordings, newest first, and when they go', async () => {
    const begun = fixture.clock.ms;
    const [over, recorder] = await recorded(['over']);
    fixture.clock.ms += 1_500;
    recorder.output(bytes('!'));
    await recorder.seal();
    await fixture.happen(over, { event: 'redeem' }, { event: 'finish', reason: 'EXITED' });
    const [open] = await recorded(['open']);
    const { totalCount, recordingSet } = await list();
    expect(totalCount).toBe(2);
    expect(recordingSet.map(({ sessionId }) => sessionId)).toEqual([open, over]);
    expect(recordingSet[0]).toMatchObject({ recordingState: 1, withInput: false });
    expect(recordingSet[0]!.expireTime).toBeUndefined();
    expect(recordingSet[1]).toMatchObject({
      ...{ recordingState: 2, durationMs: 1_500n, instanceId: MACHINE, username: 'ubuntu' },
      startTime: { seconds: BigInt(begun / 1_000) },
      expireTime: { seconds: BigInt((begun + 1_500 - 500) / 1_000 + 90 * 86_400) },
    });
    expect(await list({ limit: 1, offset: 1 })).toMatchObject({ totalCount: 2, recordingSet: [{ sessionId: over }] });
    expect(await list({ filters: [{ name: 'username', values: ['root'] }] })).toMatchObject({ totalCount: 0 });
    expect(await list({ sessionIds: [over] })).toMatchObject({ recordingSet: [{ sessionId: over }] });
  });

  it('shows none of another account, and none on machines that the caller may not see', async () => {
    const [sessionId] = await recorded(['one']);
    expect(await list({}, 'root@100000000002')).toMatchObject({ totalCount: 0 });
    decideByPolicies(fixture.iam, { effect: 'allow', action: 'tat:GetRecording' });
    expect(await list()).toMatchObject({ totalCount: 0 });
    expect((await refusalOf(list({ sessionIds: [sessionId] }))).kind).toBe('denied');
  });
});
