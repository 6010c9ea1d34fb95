import { Random } from './random.ts';

/** What scripts copy their output from is this long, in blocks. */
const BLOB_BLOCKS = 256;
const BLOCK_BYTES = 4_096;

/** Where in the blob an output comes from, in blocks. */
export interface Slice {
  readonly from: number;
  readonly count: number;
}

/** One script of the load. Everything it writes can be computed from this and the id of its task. */
export interface Script {
  readonly kind: 'quick' | 'slow' | 'output' | 'flood' | 'fail' | 'limit' | 'background' | 'daemon';
  readonly exitCode: number;
  /** What it writes to its outputs after the id of its task. */
  readonly stdout: Slice;
  readonly stderr: Slice;
  /** Lines that it writes with pauses between. */
  readonly lines: number;
  readonly pauseMs: number;
  readonly timeoutSeconds: number;
}

/** Where scripts find what lies outside Muster. */
export interface Outside {
  /** They append what they did to it. */
  readonly ledger: string;
  /** A file with the bytes of `blobOf`. */
  readonly blob: string;
}

const NOTHING: Slice = { from: 0, count: 0 };
/** No script takes nearly as long; a machine that is hard at work may. */
const AMPLE_SECONDS = 120;

/** The bytes that scripts copy from: every value of a byte, so nothing that is UTF-8. */
export function blobOf(seed: number): Buffer {
  return new Random(seed).bytes(BLOB_BLOCKS * BLOCK_BYTES);
}

/** Draws a script. */
export function drawScript(random: Random): Script {
  const kind = random.weighted({
    quick: 50,
    slow: 10,
    output: 10,
    flood: 5,
    fail: 10,
    limit: 4,
    background: 6,
    daemon: 3,
  } satisfies Record<Script['kind'], number>);
  const slice = (least: number, most: number): Slice => {
    const count = random.int(least, most);
    return { from: random.int(0, BLOB_BLOCKS - count), count };
  };
  const plain = {
    kind,
    exitCode: 0,
    stdout: NOTHING,
    stderr: NOTHING,
    lines: 0,
    pauseMs: 0,
    timeoutSeconds: AMPLE_SECONDS,
  };
  switch (kind) {
    case 'slow':
      return { ...plain, lines: random.int(2, 5), pauseMs: random.int(2, 10) * 100 };
    case 'output':
      return { ...plain, stdout: slice(1, 16), stderr: slice(0, 8) };
    case 'flood':
      return { ...plain, stdout: slice(40, 80), stderr: slice(0, 2) };
    case 'fail':
      return { ...plain, exitCode: random.int(1, 125), stderr: slice(0, 1) };
    case 'limit':
    case 'daemon':
      return { ...plain, timeoutSeconds: 1 };
    default:
      return plain;
  }
}

/** Whether only its time limit ends it. */
export function isEndless({ kind }: Pick<Script, 'kind'>): boolean {
  return kind === 'limit' || kind === 'daemon';
}

/** The script as a machine runs it. */
export function scriptText(script: Script, { ledger, blob }: Outside): string {
  const { kind, exitCode, lines, pauseMs } = script;
  const copy = ({ from, count }: Slice, to: string) =>
    count === 0 ? [] : [`dd if='${blob}' bs=${BLOCK_BYTES} skip=${from} count=${count} status=none${to}`];
  return [
    `echo "start $MUSTER_TASK_ID" >> '${ledger}'`,
    'echo "$MUSTER_TASK_ID"',
    ...copy(script.stdout, ''),
    ...copy(script.stderr, ' >&2'),
    ...(lines > 0
      ? [`i=0; while [ $i -lt ${lines} ]; do i=$((i + 1)); sleep ${pauseMs / 1_000}; echo "line $i"; done`]
      : []),
    // it holds the outputs of a script that is long over
    ...(kind === 'background' ? ['sleep 3 &'] : []),
    // and it leaves session and parents behind
    ...(kind === 'daemon' ? ["setsid sh -c 'setsid sleep 300 & sleep 300' > /dev/null 2>&1 < /dev/null &"] : []),
    ...(isEndless(script) ? ['sleep 300'] : []),
    `echo "end $MUSTER_TASK_ID ${exitCode}" >> '${ledger}'`,
    `exit ${exitCode}`,
    '',
  ].join('\n');
}

/** Every byte that the script of a task writes when nothing ends it early. */
export function expectedOutput(script: Script, taskId: string, blob: Buffer): { stdout: Buffer; stderr: Buffer } {
  const cut = ({ from, count }: Slice) => blob.subarray(from * BLOCK_BYTES, (from + count) * BLOCK_BYTES);
  const lines = Array.from({ length: script.lines }, (_, index) => `line ${index + 1}\n`).join('');
  return {
    stdout: Buffer.concat([Buffer.from(`${taskId}\n`), cut(script.stdout), Buffer.from(lines)]),
    stderr: cut(script.stderr),
  };
}
