// What a customer filled into a form, as rows: the lines of the answer's text, each under its field. Pure.

/** `json` has the fields' names: a line that begins with none of them belongs to the value above it. */
export function answersOf(lines: string, json: string): [field: string, value: string][] {
  const names = new Set(namesOf(json));
  const rows: [string, string][] = [];
  for (const line of lines.split("\n")) {
    const end = line.indexOf(": ");
    const name = line.slice(0, end);
    const last = rows.at(-1);
    if (end > 0 && names.has(name)) rows.push([name.replaceAll("_", " "), line.slice(end + 2)]);
    else if (last) last[1] += `\n${line}`;
  }
  return rows;
}

function namesOf(json: string): string[] {
  try {
    return Object.keys(JSON.parse(json) ?? {});
  } catch {
    return [];
  }
}
