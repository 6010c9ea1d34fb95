import { InvalidArgumentError } from 'commander';
import { userListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

/** `muster iam user list`: sub-users, oldest first, or those that are named. */
export const userList = verb<object, [uins: string[]]>({
  configure(command) {
    command.argument('[uin...]', 'only these, at most 50', collectUin, []);
  },
  examples: ['muster iam user list', 'muster iam user list 100000000011', 'muster iam user list --json'],
  async run(app, _, uins) {
    const { iam } = await app.connect();
    const items =
      uins.length > 0
        ? (await iam.describeSubAccounts({ filterSubAccountUin: uins })).subAccounts
        : (await iam.listUsers({})).data;
    printList(app, { ...userListing(Date.now()), items });
    return undefined;
  },
});

function collectUin(value: string, before: readonly string[]): string[] {
  if (!/^\d{1,19}$/.test(value)) throw new InvalidArgumentError('It must be a uin, a number.');
  return [...before, value];
}
