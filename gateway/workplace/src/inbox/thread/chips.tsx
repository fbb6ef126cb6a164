// What the business offers to be chosen from, in small.

export function Chips({ titles, label }: { titles: string[]; label: string }) {
  return <ul class="chips" aria-label={label}>{titles.map((text, n) => <li key={n} dir="auto">{text}</li>)}</ul>;
}
