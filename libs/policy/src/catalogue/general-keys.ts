import { key } from './define.ts';
import type { ConditionKey } from './types.ts';

/**
 * Condition keys of every service (CAM section 6.1, and Muster's own). `qcs:resource_tag`, `qcs:request_tag` and
 * `qcs:tag` may be followed by `/<tag key>`; then they hold that tag's value alone.
 */
export const GENERAL_KEYS: readonly ConditionKey[] = [
  key('qcs:current_time', 'date', 'When the request is decided.'),
  key('qcs:ip', 'ip', 'The address that the request came from.'),
  key('qcs:uin', 'string', 'The uin of the caller.'),
  key('qcs:owner_uin', 'string', "The uin of the caller's root account."),
  key('qcs:create_uin', 'string', 'The uin of whoever created the resource.'),
  key('qcs:resource_tag', 'string', 'Tags of the resource, each as `key&value`.', 'many'),
  key('qcs:request_tag', 'string', 'Tags that the request would set, each as `key&value`.', 'many'),
  key('qcs:tag', 'string', 'The older name of `qcs:resource_tag`.', 'many'),
  key('qcs:mfa', 'numeric', '1 if the caller proved a second factor at login, 0 if not.'),
  key('mfa', 'numeric', 'The older name of `qcs:mfa`.'),
  key('muster:os_user', 'string', 'The user of the operating system that a shell runs as; commands do not say theirs.'),
  key(
    'muster:session_mode',
    'string',
    "What a session is opened for: `shell` or `files`; or somebody else's joined: `watch` or `drive`.",
  ),
  key('muster:forward_to', 'string', 'Where a forwarded connection goes, `host:port` as the machine reaches it.'),
];
