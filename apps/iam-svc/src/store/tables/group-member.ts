/** A sub-user or collaborator in a group. */
export interface GroupMemberTable {
  group_id: number;
  uin: string;
  /** Epoch milliseconds. */
  joined_at: number;
}
