// The API's part for campaigns: also files, which go and come as they are.

import { Problem } from "../core/api.js";

const PREFIX = "/api/v1";

export class CampaignApi {
  constructor(api) {
    this.api = api;
  }

  list = () => this.api.request("GET", "/campaigns", { query: { limit: 50 } });
  make = (fields, key) => this.api.request("POST", "/campaigns", { body: fields, key });
  remove = (id) => this.api.request("DELETE", `/campaigns/${encodeURIComponent(id)}`);
  act = (id, action) => this.api.request("POST", `/campaigns/${encodeURIComponent(id)}/${action}`);
  test = (id, to) => this.api.request("POST", `/campaigns/${encodeURIComponent(id)}/test`, { body: { to } });
  forecast = (id) => this.api.request("POST", `/campaigns/${encodeURIComponent(id)}/forecast`, { body: {} });
  channels = () => this.api.request("GET", "/channels", { query: { limit: 200 } });
  templates = (channelId) => this.api.request("GET", "/templates", { query: { limit: 200, channel_id: channelId } });

  /** Uploads a list; the answer comes when each row is checked. */
  async upload(id, file) {
    const answer = await this.#fetch("POST", `/campaigns/${encodeURIComponent(id)}/audience`, file, { "Content-Type": "text/csv" });
    const content = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Problem({ detail: `The server answered ${answer.status}.`, code: "unknown", ...content, status: answer.status });
    return content;
  }

  /** Saves a file of the server under a name. */
  async download(path, name) {
    const answer = await this.#fetch("GET", path);
    if (!answer.ok) throw new Problem({ detail: `The server answered ${answer.status}.`, status: answer.status });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async #fetch(method, path, body, headers = {}) {
    try {
      return await fetch(PREFIX + path, { method, body, headers: { ...headers, Authorization: `Bearer ${this.api.token()}` } });
    } catch {
      throw new Problem({ detail: "The server does not answer. Check the connection." });
    }
  }
}
