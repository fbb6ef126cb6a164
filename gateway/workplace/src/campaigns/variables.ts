// What goes where in a template: the fields for what it needs, and the parameters that they make. Pure.

import type { Needed } from "../templates/template_types.ts";
import type { Variables } from "./campaign_types.ts";

type SlotKind = "header" | "file" | "latitude" | "longitude" | "place" | "body" | "button" | "offer";

/** A field: `key` names its text, `name` is the variable's, the button's or the file's. */
export interface Slot {
  key: string;
  kind: SlotKind;
  name: string;
  /** Which card of a carousel, from 1; 0 is the message itself. */
  card: number;
  /** Where it stands in the parameters, as the server names what is wrong with it. */
  pointer: string;
}

/** Begins the text of a file slot that names an uploaded file by its id instead of a link. */
const OWN = "file:";

export const ownFile = (id: string): string => OWN + id;
export const isOwnFile = (text: string): boolean => text.startsWith(OWN);

export type Texts = Readonly<Record<string, string>>;

const inOrder = (names: readonly string[]): boolean => names.every((name) => /^\d+$/.test(name));

/** The fields for what a template needs. */
export function slotsOf(needed: Needed, card = 0): Slot[] {
  const place = card ? `/cards/${card - 1}` : "";
  const slot = (key: string, kind: SlotKind, name: string, pointer: string): Slot => ({ key: `${card} ${key}`, kind, name, card, pointer: place + pointer });
  const body = needed.body ?? [];
  return [
    ...headerSlots(needed).map(([key, kind, name, pointer]) => slot(key, kind, name, `/header/${pointer}`)),
    ...body.map((name, n) => slot(`body ${name}`, "body", name, `/body/${inOrder(body) ? n : name}`)),
    ...(needed.buttons ?? []).map((one, n) => slot(`button ${one.index}`, "button", one.text || one.type, `/buttons/${n}/value`)),
    ...(needed.cards ?? []).flatMap((one, n) => slotsOf(one, n + 1)),
    ...(needed.offer ? [slot("offer", "offer", "", "/offer/expires_at")] : []),
  ];
}

function headerSlots({ header, header_variable: name }: Needed): [string, SlotKind, string, string][] {
  if (!header) return [];
  if (name) return [["header", "header", name, name]];
  if (header !== "location") return [["header", "file", header, `${header}/link`]];
  return [["latitude", "latitude", "", "location/latitude"], ["longitude", "longitude", "", "location/longitude"], ["place", "place", "", "location/name"]];
}

/** The parameters that the texts make; null where nothing was written: then columns go by their names or their order. */
export function variablesOf(needed: Needed, texts: Texts): Variables | null {
  return slotsOf(needed).some(({ key }) => texts[key]?.trim()) ? part(needed, texts, 0) : null;
}

function part(needed: Needed, texts: Texts, card: number): Variables {
  const read = (key: string) => texts[`${card} ${key}`] ?? "";
  const body = (needed.body ?? []).map((name) => [name, read(`body ${name}`)] as const);
  return {
    ...(needed.header && { header: headerOf(needed, read) }),
    ...(body.length && { body: inOrder(body.map(([name]) => name)) ? body.map(([, text]) => text) : Object.fromEntries(body) }),
    ...(needed.buttons?.length && { buttons: needed.buttons.map(({ index }) => ({ index, value: read(`button ${index}`) })) }),
    ...(needed.cards?.length && { cards: needed.cards.map((one, n) => part(one, texts, n + 1)) }),
    ...(needed.offer && { offer: { expires_at: read("offer") } }),
  };
}

function headerOf({ header = "", header_variable: name }: Needed, read: (key: string) => string): Variables {
  if (name) return { [name]: read("header") };
  if (header === "location") return { location: { latitude: read("latitude"), longitude: read("longitude"), name: read("place") } };
  const file = read("header");
  return { [header]: isOwnFile(file) ? { id: file.slice(OWN.length) } : { link: file } };
}

/** The texts of parameters that were kept. */
export function textsOf(needed: Needed, variables: Variables | null): Texts {
  return variables ? Object.fromEntries(readPart(needed, variables, 0)) : {};
}

/** A value somewhere within; what is a list is read by place. */
function within(value: unknown, ...path: (string | number)[]): string {
  const found = path.reduce<unknown>((place, key) => (typeof place === "object" && place !== null ? (place as Record<string | number, unknown>)[key] : undefined), value);
  return found === undefined || found === null || typeof found === "object" ? "" : String(found);
}

const fileText = (id: string, link: string): string => (id ? ownFile(id) : link);

function readPart(needed: Needed, variables: unknown, card: number): [string, string][] {
  const given = (variables ?? {}) as { header?: unknown; body?: unknown; buttons?: { index: number; value: unknown }[]; cards?: unknown[]; offer?: unknown };
  const { header = "", header_variable: name } = needed;
  const entries: [string, string][] = [
    ["header", name ? within(given.header, name) : fileText(within(given.header, header, "id"), within(given.header, header, "link"))],
    ["latitude", within(given.header, "location", "latitude")], ["longitude", within(given.header, "location", "longitude")], ["place", within(given.header, "location", "name")],
    ...(needed.body ?? []).map((one, n): [string, string] => [`body ${one}`, within(given.body, Array.isArray(given.body) ? n : one)]),
    ...(needed.buttons ?? []).map(({ index }): [string, string] => [`button ${index}`, within(given.buttons?.find((one) => one.index === index), "value")]),
    ["offer", within(given.offer, "expires_at")],
  ];
  const own = entries.filter(([, text]) => text).map(([key, text]): [string, string] => [`${card} ${key}`, text]);
  return [...own, ...(needed.cards ?? []).flatMap((one, n) => readPart(one, given.cards?.[n], n + 1))];
}

/** The column that goes into a body's variable where nothing is written, as the server chooses it. */
export function usualColumn(needed: Needed, name: string, columns: readonly string[]): string {
  const names = needed.body ?? [];
  return (names.every((one) => columns.includes(one)) ? name : columns[names.indexOf(name)]) ?? "";
}
