/** The kind of machine that an id's prefix tells. */
export function instanceKind(instanceId: string): string {
  if (instanceId.startsWith('lhins-')) return 'Lighthouse';
  if (instanceId.startsWith('rins-')) return 'registered';
  return 'CVM';
}
