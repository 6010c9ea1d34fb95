import { timestampMs } from '@bufbuild/protobuf/wkt';
import { InstanceKindSchema, type RegisterCodeInfo, RegisterCodeInfoSchema } from '@muster/contract';
import { formatDuration } from '../../domain/duration.ts';
import { printList } from '../../output/list.ts';
import { readPages } from '../../pages.ts';
import { tatName } from '../../tat-name.ts';
import { verb } from '../../verb.ts';

/** `muster register-code list`: codes without their values. */
export const registerCodeList = verb<object, []>({
  configure() {},
  examples: ['muster register-code list', 'muster register-code list --json'],
  async run(app) {
    const session = await app.connect();
    const { items, total } = await readPages(async (page) => {
      const answer = await session.instances.describeRegisterCodes(page);
      return { items: answer.registerCodeSet, total: answer.totalCount };
    });
    const now = Date.now();
    printList(app, {
      schema: RegisterCodeInfoSchema,
      items,
      total,
      names: { list: 'RegisterCodeSet', total: 'TotalCount' },
      none: 'no register codes; make one with: muster register-code create',
      columns: [
        { heading: 'ID', cell: ({ registerCodeId }) => registerCodeId },
        { heading: 'USED', cell: ({ registeredCount, registerLimit }) => `${registeredCount}/${registerLimit}` },
        {
          heading: 'WORKS',
          cell: (code) => works(code, now),
          color: (code, colors) => (isOver(code, now) ? colors.yellow : colors.green),
        },
        { heading: 'KIND', cell: ({ instanceKind }) => tatName(InstanceKindSchema, instanceKind) },
        { heading: 'PREFIX', cell: ({ instanceNamePrefix }) => instanceNamePrefix },
        { heading: 'FROM', cell: ({ ipAddressRange }) => ipAddressRange || 'anywhere' },
        { heading: 'DESCRIPTION', cell: ({ description }) => description, flexible: true },
      ],
    });
    return undefined;
  },
});

function isOver({ enabled, expiredTime }: RegisterCodeInfo, now: number): boolean {
  return !enabled || (expiredTime !== undefined && timestampMs(expiredTime) <= now);
}

function works(code: RegisterCodeInfo, now: number): string {
  if (!code.enabled) return 'no: disabled';
  if (!code.expiredTime) return 'for ever';
  return isOver(code, now) ? 'no: expired' : `${formatDuration(timestampMs(code.expiredTime) - now)} more`;
}
