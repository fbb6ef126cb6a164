// The REST API as functions. Errors come as `Problem`: the server's problem+json, or the network's.

import { heard } from "./clock.js";
import { known, problemText, t } from "./say.ts";

const PREFIX = "/api/v1";
const TIMEOUT = 20_000;
const SILENT = 30_000; // an upload may take minutes, but not without a byte for this long

/**
 * Why a request was not done.
 *
 * `code` is for programs, `message` for people. `status` 0 means that no answer came: the request
 * may have been done or not, so that it is repeated with the same `Idempotency-Key`.
 */
export class Problem extends Error {
  constructor({ status = 0, code = "network", detail = "", errors = [], ...extra }) {
    super(explain(code, detail, errors));
    Object.assign(this, { status, code, errors, extra });
  }

  /** Can the same request succeed later? */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** The sentence of the problem, and what it says of single fields unless the sentence has it already. */
function explain(code, detail, errors) {
  const more = errors.map((one) => one.message).filter((text) => text && !detail.includes(text)).map(known).filter(Boolean);
  return [problemText(code, detail), ...more.map((text) => `${text[0].toUpperCase()}${text.slice(1)}.`)].join(" ").trim();
}

export class Api {
  /**
   * @param {() => string|null} token The sign-in's token.
   * @param {() => void} onSignedOut Called when the server no longer takes the token.
   * @param {() => void} onFactorDemanded Called when the workspace demands a second factor that this person lacks.
   */
  constructor(token, onSignedOut, onFactorDemanded = () => {}) {
    this.token = token;
    this.onSignedOut = onSignedOut;
    this.onFactorDemanded = onFactorDemanded;
  }

  async request(method, path, { body, query, key } = {}) {
    const headers = { Accept: "application/json" };
    const token = this.token();
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    const answer = await this.#fetch(address(path, query), { method, headers, body: JSON.stringify(body) });
    const content = await read(answer);
    if (answer.ok) return content;
    if (answer.status === 401 && token && token === this.token()) this.onSignedOut();
    if (content?.code === "second_factor_required") this.onFactorDemanded();
    throw new Problem({ detail: t("network.answered", { status: String(answer.status) }), code: "unknown", ...content, status: answer.status });
  }

  /** Reads a file, as a report for a spreadsheet. */
  async download(path, query) {
    const answer = await this.#fetch(address(path, query), { headers: { Authorization: `Bearer ${this.token()}` } });
    if (answer.ok) return answer.blob();
    throw new Problem({ detail: t("network.answered", { status: String(answer.status) }), code: "unknown", ...(await read(answer)), status: answer.status });
  }

  async #fetch(url, options) {
    const sent = Date.now();
    try {
      const answer = await fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
      heard(answer.headers.get("Date"), sent, Date.now());
      return answer;
    } catch {
      throw new Problem({ detail: t("network.silent") });
    }
  }

  /** Uploads a file; `onProgress` gets the share that is sent, from 0 to 1. */
  upload(file, onProgress, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const fail = (detail) => reject(new Problem({ detail }));
      let silent = setTimeout(() => request.abort(), SILENT);
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        clearTimeout(silent);
        silent = setTimeout(() => request.abort(), SILENT);
        onProgress(total ? loaded / total : 0);
      });
      request.addEventListener("loadend", () => clearTimeout(silent));
      request.addEventListener("load", () => {
        const content = request.response ?? {};
        if (request.status === 201) resolve(content);
        else reject(new Problem({ detail: t("network.answered", { status: String(request.status) }), code: "unknown", ...content, status: request.status }));
      });
      request.addEventListener("error", () => fail(t("network.upload_broke")));
      request.addEventListener("abort", () => fail(t("network.upload_stopped")));
      signal.addEventListener("abort", () => request.abort());
      request.open("POST", `${PREFIX}/media`);
      request.responseType = "json";
      request.setRequestHeader("Authorization", `Bearer ${this.token()}`);
      const form = new FormData();
      form.append("file", file, file.name);
      request.send(form);
    });
  }

  fileLink = (id) => this.request("GET", `/media/${encodeURIComponent(id)}/link`);
  fetchFile = (id) => this.request("POST", `/media/${encodeURIComponent(id)}/fetch`);

  /** Signs in; `code` is that of the second factor, or null. */
  signIn = (email, password, code) =>
    this.request("POST", "/auth/login", { body: { email, password, ...(code && { code }) } });
  signOut = () => this.request("POST", "/auth/logout");
  me = () => this.request("GET", "/me");
  workspace = () => this.request("GET", "/workspace");

  operators = () => this.all("/operators");
  queues = () => this.all("/queues");
  statuses = () => this.all("/statuses");

  /** A whole list, page by page. */
  async all(path, query = {}) {
    const found = [];
    let cursor = null;
    do {
      const page = await this.request("GET", path, { query: { ...query, limit: 200, cursor } });
      found.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return found;
  }

  /** The stream's cursor at this moment: read it before the lists, follow from it after them. */
  async currentCursor() {
    return (await this.request("GET", "/events", { query: { limit: 0 } })).next_cursor;
  }

  /** How many are in each view under a filter of the list. */
  counts = (query) => this.request("GET", "/conversations/counts", { query });
  conversations = (query) => this.request("GET", "/conversations", { query });
  conversation = (id) => this.request("GET", `/conversations/${encodeURIComponent(id)}`);
  messages = (id, query) => this.request("GET", `/conversations/${encodeURIComponent(id)}/messages`, { query });

  /** Sends a message. The same `key` never sends twice, however often it is asked. */
  send = (id, message, key) =>
    this.request("POST", `/conversations/${encodeURIComponent(id)}/messages`, { body: message, key });

  /** Sends a failed message, or one whose fate is unknown, again: as a new one with `retry_of`. */
  retry = (messageId, key) => this.request("POST", `/messages/${encodeURIComponent(messageId)}/retry`, { key });

  assign = (id, body) => this.request("POST", `/conversations/${encodeURIComponent(id)}/assign`, { body });
  close = (id, body) => this.request("POST", `/conversations/${encodeURIComponent(id)}/close`, { body });
  transfer = (id, body) => this.request("POST", `/conversations/${encodeURIComponent(id)}/transfer`, { body });
  transferTargets = (availableOnly) => this.request("GET", "/transfer-targets", { query: { available_only: availableOnly } });
  explain = (id) => this.request("GET", `/conversations/${encodeURIComponent(id)}/explain`);
  setStatus = (status, next) => this.request("PUT", "/operators/me/status", { body: { status, ...(next && { next }) } });
  channels = () => this.all("/channels");
  templates = (query) => this.request("GET", "/templates", { query });
  previewTemplate = (id, parameters) => this.request("POST", `/templates/${encodeURIComponent(id)}/preview`, { body: { parameters } });
  withdraw = (messageId) => this.request("DELETE", `/messages/${encodeURIComponent(messageId)}`);
  markRead = (id) => this.request("POST", `/conversations/${encodeURIComponent(id)}/read`);
}

function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given).toString();
  return PREFIX + path + (text && `?${text}`);
}

async function read(answer) {
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch {
    if (answer.ok) throw new Problem({ detail: t("network.broke") });
    return {};
  }
}

/** A key for `Idempotency-Key`. `crypto.randomUUID` is there on https and on localhost only. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
