/** Short region names of older policies (CAM section 4) and what they stand for. */
const FULL_NAME: ReadonlyMap<string, string> = new Map([
  ['th', 'ap-bangkok'],
  ['bj', 'ap-beijing'],
  ['bjjr', 'ap-beijing-fsi'],
  ['cd', 'ap-chengdu'],
  ['cq', 'ap-chongqing'],
  ['gz', 'ap-guangzhou'],
  ['hk', 'ap-hongkong'],
  ['jkt', 'ap-jakarta'],
  ['in', 'ap-mumbai'],
  ['nj', 'ap-nanjing'],
  ['kr', 'ap-seoul'],
  ['sh', 'ap-shanghai'],
  ['shjr', 'ap-shanghai-fsi'],
  ['szjr', 'ap-shenzhen-fsi'],
  ['sg', 'ap-singapore'],
  ['tpe', 'ap-taipei'],
  ['jp', 'ap-tokyo'],
  ['de', 'eu-frankfurt'],
  ['use', 'na-ashburn'],
  ['usw', 'na-siliconvalley'],
  ['ca', 'na-toronto'],
  ['sao', 'sa-saopaulo'],
]);

/** The full name of a region; a name that is no alias stands for itself. */
export function fullRegion(name: string): string {
  return name.includes('-') ? name : (FULL_NAME.get(name) ?? name);
}
