import { attaching } from '../../../attaching.ts';

/** `muster iam group attach`: its members may do what the policy says. */
export const groupAttach = attaching('attach', 'group', 'admins');

/** `muster iam group detach`: the reverse; it bites on the next call. */
export const groupDetach = attaching('detach', 'group', 'admins');
