/**
 * Which of Muster's services may call which internal method. Users, root included, may call none of them, and services
 * may do nothing else: what they do for a user is decided for that user.
 */
const CALLERS: Readonly<Record<string, readonly string[] | 'every service'>> = {
  'muster:Authenticate': 'every service',
  'muster:Authorize': 'every service',
  'muster:PlanResources': 'every service',
  'muster:AuthenticateSignature': ['gateway'],
  'muster:ResolveCommand': ['invocation-svc'],
  'muster:SaveCommand': ['invocation-svc'],
  'muster:CountCommands': ['invocation-svc'],
  'muster:DescribeCommandUse': ['command-svc'],
  'muster:DescribeSessionInstances': ['session-svc'],
  'muster:SignSessionOrder': ['session-svc'],
  'muster:CreateDelegation': ['invocation-svc'],
  'muster:IssueDelegatedToken': ['invocation-svc'],
  'muster:EndDelegation': ['invocation-svc'],
};

export function serviceMay(service: string, action: string): boolean {
  const callers = Object.hasOwn(CALLERS, action) ? CALLERS[action]! : [];
  return callers === 'every service' || callers.includes(service);
}

/** Whether an action is one that no policy can give. */
export function isInternal(action: string): boolean {
  return action.startsWith('muster:');
}
