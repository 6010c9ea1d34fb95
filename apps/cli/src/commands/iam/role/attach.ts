import { attaching } from '../../../attaching.ts';

/** `muster iam role attach`: its sessions may do what the policy says. */
export const roleAttach = attaching('attach', 'role', 'deploy');

/** `muster iam role detach`: the reverse; it bites on the next call. */
export const roleDetach = attaching('detach', 'role', 'deploy');
