import { PolicyType } from '@muster/contract';
import { listPolicies } from '../../../directory.ts';
import { policyListing } from '../../../iam-listings.ts';
import { printList } from '../../../output/list.ts';
import { verb } from '../../../verb.ts';

interface Options {
  readonly custom?: boolean;
  readonly preset?: boolean;
}

/** `muster iam policy list`: the account's policies, newest first, then the presets. */
export const policyList = verb<Options, []>({
  configure(command) {
    command
      .option('--custom', 'only those made in this account')
      .option('--preset', 'only those that every account has');
  },
  examples: ['muster iam policy list', 'muster iam policy list --preset', 'muster iam policy list --json'],
  async run(app, { custom, preset }) {
    const session = await app.connect();
    const wanted = ({ type }: { type: PolicyType }) =>
      custom === preset || (type === PolicyType.PRESET) === (preset === true);
    const items = (await listPolicies(session)).filter(wanted);
    printList(app, { ...policyListing(Date.now()), items });
    return undefined;
  },
});
