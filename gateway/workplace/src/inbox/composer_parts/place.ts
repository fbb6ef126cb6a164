// A place from what is pasted: two numbers, or a link of a map. Pure.

export interface Point {
  latitude: number;
  longitude: number;
}

const NUMBER = "(-?\\d{1,3}(?:\\.\\d+)?)";
/** The links first: they have other numbers, too. */
const FORMS = [
  new RegExp(`mlat=${NUMBER}&(?:amp;)?mlon=${NUMBER}`),
  new RegExp(`#map=\\d+/${NUMBER}/${NUMBER}`),
  new RegExp(`@${NUMBER},${NUMBER}`),
  new RegExp(`[?&](?:q|query|ll)=${NUMBER}(?:,|%2C)${NUMBER}`),
  new RegExp(`^\\s*${NUMBER}\\s*[,; ]\\s*${NUMBER}\\s*$`),
];

/** The point that a text names, or null. */
export function pointOf(text: string): Point | null {
  for (const form of FORMS) {
    const found = form.exec(text);
    if (!found) continue;
    const [latitude, longitude] = [Number(found[1]), Number(found[2])];
    return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
  }
  return null;
}
