import type { IParser, Terminal } from '@xterm/xterm';

/** Questions that full-screen programs need answered; every answer is a fixed form of digits. */
const CSI_QUESTIONS = [
  { final: 'c' }, // what it is
  { prefix: '>', final: 'c' }, // which version
  { final: 'n' }, // whether it is well, where the cursor is
  { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' }, // whether a mode is set
  { prefix: '?', intermediates: '$', final: 'p' },
];
/** Colours, which are set with the same sequences: `?` asks. */
const OSC_COLORS = [4, 10, 11, 12];
/** The window: its size, its title, whether it is iconified. Only the stack of titles asks nothing. */
const TITLE_STACK = [22, 23];

/**
 * Decides what a terminal may answer by itself: what it answers is typed. Questions whose answers could be somebody's words, or could be
 * made to look like some, are never answered (status strings, window reports); the others only while `mayAnswer` says so: not to
 * output that was there before this screen was, whose questions were answered long ago.
 */
export function guardAnswers({ parser }: { parser: IParser } | Terminal, mayAnswer: () => boolean): void {
  const swallow = () => !mayAnswer();
  for (const question of CSI_QUESTIONS) parser.registerCsiHandler(question, swallow);
  for (const color of OSC_COLORS) {
    parser.registerOscHandler(color, (data) => data.split(';').includes('?') && swallow());
  }
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true);
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true);
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, () => true);
  parser.registerCsiHandler({ final: 't' }, (params) => !TITLE_STACK.includes(Number(params[0])));
}
