import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type AuditRecord, AuditRecordSchema, type ListAuditRecordsRequest, Outcome } from '@muster/contract';
import { InvalidArgumentError, Option } from 'commander';
import { actionOf, resourcesOf } from '../../access-question.ts';
import { RECORD_LISTING } from '../../audit-listing.ts';
import { findUin } from '../../directory.ts';
import { parseMoment } from '../../domain/moment.ts';
import { count } from '../../option-values.ts';
import { printList } from '../../output/list.ts';
import { toTatJson } from '../../output/to-json.ts';
import type { Session } from '../../session.ts';
import { verb } from '../../verb.ts';

const OUTCOMES = {
  allowed: Outcome.ALLOWED,
  denied: Outcome.EXPLICIT_DENY,
  'not-allowed': Outcome.IMPLICIT_DENY,
} as const;

interface Options {
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly outcome?: keyof typeof OUTCOMES;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly output: 'table' | 'jsonl';
}

const SHOWN = 50;
/** The service's largest page. */
const PAGE_MAX = 200;

/** `muster audit list`: writes and denials, newest first. */
export const auditList = verb<Options, []>({
  configure(command) {
    command
      .option('--principal <user>', 'only this name or uin')
      .option('--action <action>', 'only this action; a `*` stands for any text')
      .option('--resource <resource>', 'only on this id, path or pattern')
      .addOption(new Option('--outcome <outcome>', 'only those decided so').choices(Object.keys(OUTCOMES)))
      .option('--since <when>', 'from then on: 2h, 7d, 2026-01-31 or a full time', moment)
      .option('--until <when>', 'until then', moment)
      .option('--limit <n>', `at most this many; ${SHOWN} when left out`, count)
      .addOption(
        new Option('-o, --output <format>', 'JSON Lines for programs').choices(['table', 'jsonl']).default('table'),
      );
  },
  examples: [
    'muster audit list',
    'muster audit list --principal ana --outcome not-allowed --since 7d',
    "muster audit list --action 'cam:*Policy' --limit 200 -o jsonl",
    "muster audit list --resource 'command/*' --since 2026-01-31 --until 2026-02-01 --json",
  ],
  async run(app, options) {
    const session = await app.connect();
    const filter = await filterOf(session, options);
    const records = await read(session, filter, options.limit ?? SHOWN);
    if (options.output === 'table') printList(app, { ...RECORD_LISTING, items: records });
    else for (const record of records) app.terminal.out.line(JSON.stringify(toTatJson(AuditRecordSchema, record)));
    return undefined;
  },
});

type Filter = Partial<
  Pick<ListAuditRecordsRequest, 'uin' | 'action' | 'resource' | 'outcome' | 'startTime' | 'endTime'>
>;

async function filterOf(
  session: Session,
  { principal, action, resource, outcome, since, until }: Options,
): Promise<Filter> {
  return {
    ...(principal === undefined ? {} : { uin: await findUin(session, principal) }),
    ...(action === undefined ? {} : { action: action.startsWith('*') ? action : actionOf(action) }),
    ...(resource === undefined ? {} : { resource: await patternOf(session, resource) }),
    ...(outcome === undefined ? {} : { outcome: OUTCOMES[outcome] }),
    ...(since === undefined ? {} : { startTime: timestampFromMs(since) }),
    ...(until === undefined ? {} : { endTime: timestampFromMs(until) }),
  };
}

/** Records name the account, which nobody types. */
async function patternOf(session: Session, text: string): Promise<string> {
  if (text.startsWith('*')) return text;
  const [resource] = await resourcesOf(session, [text]);
  return resource!.resource!.replace(/^(qcs:[^:]*:[^:]*:[^:]*:):/, '$1*:');
}

async function read(session: Session, filter: Filter, limit: number): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  let beforeSequence = '0';
  do {
    const page = { beforeSequence, limit: Math.min(PAGE_MAX, limit - records.length) };
    const answer = await session.audit.listAuditRecords({ ...filter, ...page });
    records.push(...answer.records);
    beforeSequence = answer.nextBeforeSequence;
  } while (beforeSequence !== '0' && records.length < limit);
  return records;
}

function moment(text: string): number {
  const instant = parseMoment(text, Date.now());
  if (instant === undefined)
    throw new InvalidArgumentError('It must be such as 2h, 7d, 2026-01-31 or 2026-01-31T12:00:00Z.');
  return instant;
}
