/** What people call the cloud's regions; an installation may have a region of its own, which is called by its id. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['ap-bangkok', 'Southeast Asia (Bangkok)'],
  ['ap-beijing', 'North China (Beijing)'],
  ['ap-chengdu', 'Southwest China (Chengdu)'],
  ['ap-chongqing', 'Southwest China (Chongqing)'],
  ['ap-guangzhou', 'South China (Guangzhou)'],
  ['ap-hongkong', 'Hong Kong/Macao/Taiwan (Hong Kong)'],
  ['ap-jakarta', 'Southeast Asia (Jakarta)'],
  ['ap-mumbai', 'South Asia (Mumbai)'],
  ['ap-nanjing', 'East China (Nanjing)'],
  ['ap-seoul', 'Northeast Asia (Seoul)'],
  ['ap-shanghai', 'East China (Shanghai)'],
  ['ap-shenzhen', 'South China (Shenzhen)'],
  ['ap-singapore', 'Southeast Asia (Singapore)'],
  ['ap-tokyo', 'Northeast Asia (Tokyo)'],
  ['eu-frankfurt', 'Europe (Frankfurt)'],
  ['na-ashburn', 'US East (Virginia)'],
  ['na-siliconvalley', 'US West (Silicon Valley)'],
  ['na-toronto', 'North America (Toronto)'],
  ['sa-saopaulo', 'South America (Sao Paulo)'],
]);

/** A region's name for people; the id itself when the cloud has no such region. */
export function regionName(region: string): string {
  return NAMES.get(region) ?? region;
}
