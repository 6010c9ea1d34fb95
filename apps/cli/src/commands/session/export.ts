import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { SealFile } from '@muster/terminal';
import { EXIT } from '../../domain/outcome.ts';
import { findRecordingId } from '../../session-listing.ts';
import { type RecordingEnd, readRecording } from '../../shell/read-recording.ts';
import { Stop } from '../../stop.ts';
import { verb } from '../../verb.ts';

interface Options {
  readonly output?: string;
}

/** `muster session export`: a recording as an asciicast, and beside it what its text must hash to. */
export const sessionExport = verb<Options, [session: string]>({
  configure(command) {
    command
      .argument('<session>', 'id of a session, or `last`')
      .option('-o, --output <file>', 'where to; SESSION.cast when left out, and its seal in FILE.seal.json')
      .addHelpText('after', '\nExit codes: 0 everything fits its hashes, 2 something does not');
  },
  examples: ['muster session export ses-00000000', 'muster session export ses-00000000 -o incident.cast --json'],
  async run(app, { output }, text) {
    const session = await app.connect();
    const sessionId = await findRecordingId(session, text);
    const file = output ?? `${sessionId}.cast`;
    const seals = new SealFile(sessionId);
    const chunks = readRecording(session, sessionId);
    // what is refused leaves no file behind
    let next = await chunks.next();
    const stream = createWriteStream(file);
    try {
      await once(stream, 'open');
      for (; !next.done; next = await chunks.next()) {
        seals.add(next.value);
        if (!stream.write(next.value.text)) await once(stream, 'drain');
      }
      stream.end();
      await finished(stream);
      await writeFile(`${file}.seal.json`, seals.end(next.value.seal));
    } catch (error) {
      stream.destroy();
      throw (error as NodeJS.ErrnoException).syscall
        ? new Stop(`cannot write \`${file}\`: ${(error as Error).message}`)
        : error;
    }
    const { seal, fault }: RecordingEnd = next.value;
    const hash = Buffer.from(seal?.hash ?? []).toString('hex');
    if (app.json) {
      app.printJson({
        SessionId: sessionId,
        File: file,
        SealFile: `${file}.seal.json`,
        Hash: hash,
        Fault: fault ?? '',
      });
    } else {
      app.terminal.out.line(`${file} and ${file}.seal.json`);
      if (!seal) app.note('the session is open: this is the recording so far');
    }
    if (fault === undefined) return EXIT.succeeded;
    app.note(app.terminal.err.colors.red(`the recording is broken: ${fault}`));
    return EXIT.answeredNo;
  },
});
