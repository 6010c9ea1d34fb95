import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { create, toBinary } from '@bufbuild/protobuf';
import { TaskOrderSchema } from '@muster/contract';
import { newId } from '@muster/kernel';
import { silentLogger, tempDirectory } from '@muster/testkit';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Mask } from '../domain/mask.ts';
import { openJournal } from './journal.ts';
import { MaskedOutput } from './masked-output.ts';
import { TaskFolder } from './task-folder.ts';

let directory: ReturnType<typeof tempDirectory>;
beforeEach(() => {
  directory = tempDirectory();
});
afterEach(() => directory[Symbol.dispose]());

/** A task whose script is about to write. */
async function newTask(hiddenValues: string[], outputLimitBytes = 1_000): Promise<TaskFolder> {
  const invocationTaskId = newId('invt');
  const order = create(TaskOrderSchema, { invocationTaskId, hiddenValues, outputLimitBytes });
  const journal = await openJournal(directory.path, {
    instanceId: 'ins-12345678',
    limits: { tasks: 1_000, bytes: 1e9, days: 30 },
    logger: silentLogger,
  });
  const folder = (await journal.claim(invocationTaskId, toBinary(TaskOrderSchema, order)))!;
  writeFileSync(folder.file('stdout'), '');
  return folder;
}

/** What the supervisor leaves at the end. */
function end(folder: TaskFolder, bytes: number): void {
  writeFileSync(folder.file('stdout.total'), `0+1 records in\n${bytes} bytes copied, 1 s\n`);
  writeFileSync(folder.file('rc'), '0 1.00 2.00\n');
}

const shown = (output: MaskedOutput) => readFileSync(output.file, 'latin1');

it('shows what masking the whole gives, whatever is hidden, however it comes and wherever agents are killed', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\n'), maxLength: 5 });
  const pieces = fc.array(fc.record({ text, looked: fc.boolean(), killed: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), pieces, async (values, script) => {
      const folder = await newTask(values);
      let output = new MaskedOutput(folder, 'stdout');
      let sent = '';
      for (const { text: written, looked, killed } of script) {
        appendFileSync(folder.file('stdout'), written);
        if (looked) {
          await output.follow();
          // what the service has by now has to stay the beginning of everything
          sent = shown(output).length > sent.length ? shown(output) : sent;
        }
        if (killed) output = new MaskedOutput(new TaskFolder(folder.path, folder.id), 'stdout');
      }
      const whole = readFileSync(folder.file('stdout'));
      end(folder, whole.length);
      await output.conclude();
      const mask = new Mask(values, 1_000);
      const expected = Buffer.concat([mask.push(whole), mask.end({ cut: false })]).toString('latin1');
      expect(shown(output)).toBe(expected);
      expect(expected.startsWith(sent)).toBe(true);
      expect([output.length, output.discarded]).toEqual([expected.length, 0]);
    }),
    { numRuns: 60 },
  );
});

it('gives a file that nobody else can read', async () => {
  const output = new MaskedOutput(await newTask(['s3cret']), 'stdout');
  await output.follow();
  expect(statSync(output.file).mode & 0o777).toBe(0o600);
});

it('counts exactly what the limit cuts off, and shows no beginning of a value there', async () => {
  const folder = await newTask(['s3cret'], 100);
  const output = new MaskedOutput(folder, 'stdout');
  writeFileSync(folder.file('stdout'), `s3cret${'x'.repeat(90)}s3cre`);
  await output.follow();
  // the supervisor's file ends a block later
  appendFileSync(folder.file('stdout'), `t${'y'.repeat(300)}`);
  end(folder, 5_000);
  await output.conclude();
  expect(shown(output)).toBe(`******${'x'.repeat(90)}`);
  expect(output.discarded).toBe(5_000 - 96);
});

it('counts what there is no room for when masks are longer than values', async () => {
  const folder = await newTask(['p'], 20);
  const output = new MaskedOutput(folder, 'stdout');
  writeFileSync(folder.file('stdout'), 'pp-ppppp');
  end(folder, 8);
  await output.conclude();
  expect(shown(output)).toBe('************-******');
  expect(output.discarded).toBe(4);
});

it('does not show the beginning of a value when nobody saw the end', async () => {
  const folder = await newTask(['s3cret']);
  const output = new MaskedOutput(folder, 'stdout');
  writeFileSync(folder.file('stdout'), 'before s3c');
  await output.conclude();
  expect(shown(output)).toBe('before ');
  expect(output.discarded).toBe(3);
});

it('stays as it is once it is complete, and for as often as that is asked', async () => {
  const folder = await newTask(['s3cret']);
  const output = new MaskedOutput(folder, 'stdout');
  writeFileSync(folder.file('stdout'), 'a s3c');
  end(folder, 5);
  await output.conclude();
  appendFileSync(folder.file('stdout'), 'ret');
  await output.conclude();
  await output.follow();
  expect(shown(output)).toBe('a s3c');
});

it('goes on where it was when the disk takes it again', async () => {
  const folder = await newTask(['s3cret']);
  const output = new MaskedOutput(folder, 'stdout');
  writeFileSync(folder.file('stdout'), 'a s3cret b');
  mkdirSync(output.file);
  await expect(output.follow()).rejects.toThrow('EISDIR');
  rmSync(output.file, { recursive: true });
  end(folder, 10);
  await output.conclude();
  expect(shown(output)).toBe('a ****** b');
});
