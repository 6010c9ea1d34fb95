/** The mark of Muster; its title is next to it in words wherever it matters. */
export function Logo({ size = 26 }: { size?: number }) {
  return <img src="/muster.svg" width={size} height={size} alt="" />;
}
