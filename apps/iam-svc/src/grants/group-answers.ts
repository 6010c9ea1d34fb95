import type { MessageInitShape } from '@bufbuild/protobuf';
import type { GroupSchema } from '@muster/contract';
import { toGroup } from '../convert/grants.ts';
import type { Group } from '../store/group-store.ts';
import type { TagReader } from '../store/tag-store.ts';

/** Groups as lists show them. */
export async function groupAnswers(
  groups: readonly Group[],
  accountUin: string,
  tags: TagReader,
): Promise<MessageInitShape<typeof GroupSchema>[]> {
  const ids = groups.map(({ groupId }) => String(groupId));
  const tagged = await tags.ofSome(accountUin, 'group', ids);
  return groups.map((group) => toGroup(group, tagged.get(String(group.groupId))));
}
