// The page: which phones there are, and what happens on them.

import * as api from "./api.js";
import { element } from "./elements.js";
import { firstPhones, knownCustomers, offerKnown } from "./known.js";
import { Phone } from "./phone.js";
import { telegram } from "./telegram.js";
import { Tools } from "./tools.js";
import { whatsapp } from "./whatsapp.js";

const STORED = "sandbox-phones";
const MESSENGERS = { whatsapp, telegram };
const phones = new Map();
const tools = new Tools();
const form = document.getElementById("add");
const known = document.getElementById("known");
let businesses = [];
let customers = []; // of all businesses, as they were when the page was loaded or came back
let live = null;

const keyOf = (messenger, chat) => [messenger, ...chat].join("/");

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) || [];
  } catch {
    return [];
  }
}

function store() {
  const list = [...phones.values()].map(({ messenger, chat, name }) => ({ messenger: messenger.id, chat, name }));
  localStorage.setItem(STORED, JSON.stringify(list));
  document.getElementById("empty").hidden = phones.size > 0;
  offerKnown(known, customers, ({ messenger, chat }) => phones.has(keyOf(messenger, chat)));
}

function tellShown() {
  const visible = document.visibilityState === "visible";
  live?.show(visible ? [...phones.values()].filter((phone) => phone.open).map(({ chat }) => chat) : []);
}

function place(messenger, chat, name) {
  const found = businesses.find((one) => one.messenger.id === messenger && one.business.id === chat[0]);
  const shown = phones.get(keyOf(messenger, chat));
  if (shown || !found) return shown;
  const phone = new Phone({ ...found, key: chat[1], name, onRemove: remove, onOpenChange: tellShown });
  phones.set(keyOf(messenger, chat), phone);
  document.getElementById("phones").append(phone.root);
  return phone;
}

function remove(phone) {
  phones.delete(keyOf(phone.messenger.id, phone.chat));
  phone.root.remove();
  store();
  tellShown();
}

async function add(event) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  const { messenger, business } = businesses[given.number];
  const chat = [business.id, given.phone.replace(/\D/g, "")];
  const fault = document.getElementById("fault");
  try {
    await messenger.rename(chat, given.name);
  } catch (error) {
    fault.textContent = error.message;
    return;
  }
  fault.textContent = "";
  await open(messenger.id, chat, given.name);
  form.elements.name.value = form.elements.phone.value = "";
}

/** Gives a customer a phone, and the focus to it. */
async function open(messenger, chat, name) {
  const phone = place(messenger, chat, name);
  await phone.load();
  store();
  tellShown();
  phone.root.scrollIntoView({ block: "nearest" });
  phone.root.querySelector("textarea").focus();
}

async function openKnown() {
  if (!known.value) return;
  const [messenger, ...chat] = JSON.parse(known.value);
  await open(messenger, chat, customers.find((one) => keyOf(one.messenger, one.chat) === keyOf(messenger, chat)).name);
}

function onEvent(event) {
  if (event.type === "resync") return void loadAll();
  tools.onEvent(event);
  phones.get(keyOf(event.provider, event.chat || []))?.onEvent(event);
}

async function loadAll() {
  tools.load();
  businesses = (await Promise.all(Object.values(MESSENGERS).map(businessesOf))).flat();
  customers = await knownCustomers(businesses);
  offer();
  for (const { messenger, chat, name } of wanted()) place(messenger || "whatsapp", chat, name);
  await Promise.all([...phones.values()].map((phone) => phone.load()));
  store();
  tellShown();
  await showWebchat();
}

async function businessesOf(messenger) {
  return (await messenger.businesses()).map((business) => ({ messenger, business }));
}

/** The businesses in the form, grouped by messenger. */
function offer() {
  const groups = Object.values(MESSENGERS).map((messenger) => {
    const options = [...businesses.entries()].filter(([, one]) => one.messenger === messenger)
      .map(([index, { business }]) => new Option(`${business.name} (${business.address})`, index));
    return options.length ? element("optgroup", { label: messenger.title }, ...options) : null;
  });
  form.elements.number.replaceChildren(...groups.filter(Boolean));
  labelKey();
}

function labelKey() {
  const chosen = businesses[form.elements.number.value]?.messenger || whatsapp;
  document.getElementById("key-label").textContent = chosen.keyLabel;
  form.elements.phone.placeholder = chosen.keyExample;
}

/** The phones of last time; at the first visit, and where their businesses are gone, a few customers who have a chat. */
function wanted() {
  const list = stored().filter(({ chat }) => businesses.some(({ business }) => business.id === chat[0]));
  return list.length ? list : firstPhones(customers);
}

async function showWebchat() {
  const { webchat_page_url: address } = await api.page();
  const link = document.getElementById("webchat");
  link.hidden = !address;
  if (address) link.href = address;
}

function onState(connected) {
  const line = document.getElementById("connection");
  line.textContent = connected ? "live" : "not connected";
  line.classList.toggle("live", connected);
}

form.addEventListener("submit", add);
known.addEventListener("change", openKnown);
form.elements.number.addEventListener("change", labelKey);
document.addEventListener("visibilitychange", tellShown);
live = new api.Live({ onEvent, onOpen: loadAll, onState });
