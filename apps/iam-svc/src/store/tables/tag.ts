/** A tag on one of CAM's own resources. */
export interface TagTable {
  account_uin: string;
  resource_kind: 'user' | 'group' | 'role' | 'policy';
  resource_id: string;
  tag_key: string;
  tag_value: string;
}
