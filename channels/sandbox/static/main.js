// The page: which phones there are, and what happens on them.

import * as api from "./api.js";
import { Phone } from "./phone.js";

const STORED = "sandbox-phones";
const phones = new Map();
const form = document.getElementById("add");
let numbers = [];
let live;

const keyOf = (chat) => chat.join("/");

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) || [];
  } catch {
    return [];
  }
}

function store() {
  const list = [...phones.values()].map(({ chat, name }) => ({ chat, name }));
  localStorage.setItem(STORED, JSON.stringify(list));
  document.getElementById("empty").hidden = phones.size > 0;
}

function tellShown() {
  const visible = document.visibilityState === "visible";
  live?.show(visible ? [...phones.values()].filter((phone) => phone.open).map(({ chat }) => chat) : []);
}

function place(chat, name) {
  const number = numbers.find((one) => one.phone_number_id === chat[0]);
  const known = phones.get(keyOf(chat));
  if (known || !number) return known;
  const phone = new Phone({ number, key: chat[1], name, onRemove: remove, onOpenChange: tellShown });
  phones.set(keyOf(chat), phone);
  document.getElementById("phones").append(phone.root);
  return phone;
}

function remove(phone) {
  phones.delete(keyOf(phone.chat));
  phone.root.remove();
  store();
  tellShown();
}

async function add(event) {
  event.preventDefault();
  const given = Object.fromEntries(new FormData(form));
  const chat = [given.number, given.phone.replace(/\D/g, "")];
  await api.name(chat, given.name);
  const phone = place(chat, given.name);
  await phone.load();
  store();
  tellShown();
  form.elements.name.value = form.elements.phone.value = "";
  phone.root.querySelector("textarea").focus();
}

function onEvent(event) {
  if (event.type === "resync") return void loadAll();
  const phone = phones.get(keyOf(event.chat || []));
  if (!phone) return;
  if (event.type === "message") phone.show(event.message);
  if (event.type === "typing") phone.typing(event.seconds);
}

async function loadAll() {
  numbers = await api.numbers();
  form.elements.number.replaceChildren(...numbers.map((one) =>
    new Option(`${one.verified_name} (+${one.display_phone_number.replace(/\D/g, "")})`, one.phone_number_id)));
  for (const { chat, name } of await wanted()) place(chat, name);
  await Promise.all([...phones.values()].map((phone) => phone.load()));
  store();
  tellShown();
}

/** The phones of last time; at the first visit a few customers of each number who already have a chat. */
async function wanted() {
  const list = stored();
  return list.length ? list : (await Promise.all(numbers.map(known))).flat();
}

async function known({ phone_number_id: number }) {
  const customers = await api.customers(number);
  return customers.slice(-3).map((one) => ({ chat: [number, one.wa_id || one.user_id], name: one.profile_name }));
}

function onState(connected) {
  const line = document.getElementById("connection");
  line.textContent = connected ? "live" : "not connected";
  line.classList.toggle("live", connected);
}

form.addEventListener("submit", add);
document.addEventListener("visibilitychange", tellShown);
live = new api.Live({ onEvent, onOpen: loadAll, onState });
