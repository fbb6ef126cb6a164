// Contents that few messages have: places, people, orders, lists. Loaded when one is first shown.

import type { ComponentType } from "preact";
import { language, t } from "../../core/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { Chips } from "./chips.tsx";
import { External, Words } from "./words.tsx";

// The API's contents differ by kind: each component names the fields that it reads.
export const RARE: Record<string, ComponentType<any>> = { location: Location, contacts: Cards, contact_request: ContactRequest, order: Order, list: List, checklist: Checklist };

// Places and people

function Location({ latitude, longitude, name, address }: { latitude: number; longitude: number; name?: string; address?: string }) {
  const point = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  const map = `https://www.openstreetmap.org/?mlat=${Number(latitude)}&mlon=${Number(longitude)}#map=16/${Number(latitude)}/${Number(longitude)}`;
  return (
    <div class="card">
      <Icon name="pin" />
      <div>
        <strong dir="auto">{name || t("message.location")}</strong>
        {address && <p dir="auto">{address}</p>}
        <p class="small"><External address={map}>{t("message.on_the_map", { point })}</External></p>
      </div>
    </div>
  );
}

interface Card {
  name: string;
  phones?: { phone: string }[];
  emails?: { email: string }[];
  organization?: string;
  birthday?: string;
}

function Cards({ contacts }: { contacts: Card[] }) {
  return <>{contacts.map((one, n) => <OneCard key={n} card={one} />)}</>;
}

function OneCard({ card: { name, phones = [], emails = [], organization, birthday } }: { card: Card }) {
  return (
    <div class="card">
      <Icon name="contacts" />
      <div>
        <strong dir="auto">{name}</strong>
        {organization && <p class="soft" dir="auto">{organization}</p>}
        {phones.map(({ phone }, n) => <p key={n}><a href={`tel:${phone.replace(/[^\d+]/g, "")}`}>{phone}</a></p>)}
        {emails.map(({ email }, n) => <p key={n}><a href={`mailto:${encodeURIComponent(email)}`}>{email}</a></p>)}
        {birthday && <p class="soft small">{t("message.birthday", { date: birthday })}</p>}
      </div>
    </div>
  );
}

function ContactRequest({ text }: { text: string }) {
  return (
    <>
      <Words text={text} />
      <Chips titles={[t("message.asks_for_number")]} label={t("message.buttons")} />
    </>
  );
}

// Orders

interface Item {
  product_id: string;
  quantity: number;
  price: number;
  currency: string;
}

function Order({ items, text }: { items: Item[]; text?: string }) {
  const currency = items[0]?.currency;
  const sum = items.length > 1 && items.every((one) => one.currency === currency);
  return (
    <>
      <p><strong>{t("message.order", { n: items.length })}</strong></p>
      <table class="facts">
        <tbody>
          {items.map((one, n) => <tr key={n}><td>{one.product_id}</td><td class="number">{one.quantity} ×</td><td class="number">{money(one.price, one.currency)}</td></tr>)}
        </tbody>
        {sum && (
          <tfoot>
            <tr><th scope="row" colSpan={2}>{t("message.sum")}</th><td class="number">{money(items.reduce((all, { price, quantity }) => all + price * quantity, 0), currency!)}</td></tr>
          </tfoot>
        )}
      </table>
      {text && <Words text={text} />}
    </>
  );
}

function money(price: number, currency: string): string {
  try {
    return new Intl.NumberFormat(language.value, { style: "currency", currency }).format(price);
  } catch {
    return `${price} ${currency}`;
  }
}

// What is chosen from

interface Section {
  title?: string;
  rows: { title: string; description?: string }[];
}

function List({ text, button, sections }: { text: string; button: string; sections: Section[] }) {
  return (
    <>
      <Words text={text} />
      <details class="rows">
        <summary dir="auto">{button}</summary>
        {sections.map(({ title, rows }, n) => (
          <div key={n}>
            {title && <strong dir="auto">{title}</strong>}
            <Chips titles={rows.map((row) => (row.description ? `${row.title} – ${row.description}` : row.title))} label={title || t("message.rows")} />
          </div>
        ))}
      </details>
    </>
  );
}

function Checklist({ title, tasks }: { title: string; tasks: { text: string; done?: boolean }[] }) {
  return (
    <>
      <p><strong dir="auto">{title}</strong></p>
      <ul class="tasks" aria-label={t("message.checklist")}>
        {tasks.map(({ text, done }, n) => (
          <li key={n} class={done ? "done" : ""}>
            <span aria-hidden="true">{done ? "☑ " : "☐ "}</span>
            <span dir="auto">{text}</span>
            {done && <span class="sr"> ({t("message.task_done")})</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
